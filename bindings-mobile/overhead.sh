#!/usr/bin/env bash
# Puts medians beside Rust's own: BENCH | overhead.sh RUST. Lines are a name, a tab, and microseconds.
set -euo pipefail
printf '%-24s %8s\n' 'us, median' ''
printf '%-24s %8s\n' 'Rust: encode, to_bytes' "$1"
# A call that does not encode is all its own.
awk -F '\t' -v rust="$1" '{
    own = $1 ~ /^encode/ ? $2 - rust : $2
    printf "%-24s %8.1f   on top of Rust: %.1f\n", $1, $2, own
}'
