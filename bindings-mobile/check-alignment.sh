#!/usr/bin/env bash
# Fails unless every library given is laid out for memory pages of 16 KiB, as Google Play asks: check-alignment.sh FILE.so...
# READELF names another readelf, such as the NDK's.
set -euo pipefail
readelf=${READELF:-readelf}
[ $# -gt 0 ] || { echo "usage: check-alignment.sh FILE.so..." >&2; exit 2; }
command -v "$readelf" >/dev/null || { echo "check-alignment: $readelf is not there (apt: binutils)" >&2; exit 2; }
bad=0
for file in "$@"; do
    # The last column of a LOAD line is its alignment, in hexadecimal.
    loads=$("$readelf" -lW "$file" | awk '$1 == "LOAD" { print $NF }')
    [ -n "$loads" ] || { echo "$file: no segments to load; not a library" >&2; exit 1; }
    for align in $loads; do
        if [ $((align % 16384)) -ne 0 ]; then
            echo "$file: a segment is aligned to $((align)) bytes; 16384 are needed" >&2
            bad=1
        fi
    done
done
[ $bad = 0 ] || exit 1
echo "16 KiB pages: $# libraries are aligned"
