#!/usr/bin/env bash
# Fuzzes the loader of encoders with the address sanitizer: scripts/fuzz.sh SECONDS [options of libFuzzer].
#
# What it has found of use stays in core/fuzz/corpus, and is where the next run begins; a finding stays in
# core/fuzz/artifacts. See docs/robustness.md.
set -euo pipefail
seconds=${1:?how many seconds}
cd "$(dirname "$0")/../core"
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --quiet

corpus=fuzz/corpus/model
mkdir -p "$corpus"
# Larger ones are slow, and show no more.
find ../testdata -name '*.onnx' -size -17k -exec cp -n {} "$corpus" \;

# The sanitizer is there in stable compilers, but may only be asked for with this.
export RUSTC_BOOTSTRAP=1
cargo fuzz run model -- -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 "${@:2}"
