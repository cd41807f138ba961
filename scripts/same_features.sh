#!/usr/bin/env bash
# Fails unless a features file is, byte for byte, what the Rust example writes: same_features.sh FILE. Needs the release build.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
expected=$(mktemp)
trap 'rm -f "$expected"' EXIT
"$target/release/tiprdc-example" examples/motion-gender.onnx testdata/example/recording.csv "$expected" >/dev/null
cmp "$expected" "$1"
echo "the same file as Rust's: $(basename "$1")"
