#!/usr/bin/env bash
# Writes include/tiprdc.h from bindings-c, or with --check fails when it is out of date.
set -euo pipefail
cd "$(dirname "$0")/.."

# The whole workspace, so that dependencies are those of every other build; only safer-ffi is built once more.
cargo build --release --workspace --bin tiprdc-header --features tiprdc-ffi/headers --quiet
header=${CARGO_TARGET_DIR:-target}/release/tiprdc-header
if [ "${1:-}" = --check ]; then
    "$header" | diff -u include/tiprdc.h - || {
        echo "c_header.sh: include/tiprdc.h is out of date; run scripts/c_header.sh" >&2
        exit 1
    }
    # What every function says of itself.
    awk '/^\/\*\*/ { doc = "" } { doc = doc $0 }
        /^tiprdc_[a-z0-9_]+ \(/ && (doc !~ /Ownership:/ || doc !~ /Threads:/) {
            print "c_header.sh: " $1 " does not state ownership and threads" > "/dev/stderr"; bad = 1
        } END { exit bad }' include/tiprdc.h
else
    "$header" >include/tiprdc.h
fi
