#!/usr/bin/env bash
# Writes the code that calls the library: generate.sh kotlin|swift FOLDER. The workspace is built before (`just build`).
#
# Nothing of it is kept in git: it must be of the very library that it calls (UniFFI compares checksums when it loads it), so it
# is made wherever the library is built, and travels with it in the packages.
set -euo pipefail
cd "$(dirname "$0")/.."
language=$1 folder=$2
release=${CARGO_TARGET_DIR:-target}/release
library=$release/libtiprdc_mobile.so
[ -f "$library" ] || library=$release/libtiprdc_mobile.dylib
if [ ! -f "$library" ] || [ ! -x "$release/tiprdc-bindgen" ]; then
    echo "generate.sh: build first: cargo build --release --workspace" >&2
    exit 2
fi
rm -rf "$folder"
mkdir -p "$folder"
"$release/tiprdc-bindgen" generate "$library" --language "$language" --no-format \
    --config bindings-mobile/uniffi.toml --out-dir "$folder"
