#!/usr/bin/env bash
# Builds the C library as it ships, holds it to its limits, installs it and uses it as other projects do: through
# find_package and pkg-config, shared and static, from a prefix that was moved.
#
#   scripts/c_dist.sh [--no-build]
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
out=$target/c-dist
most_bytes=$((14 * 1000 * 1000))
libdir=lib/$(gcc -print-multiarch)

scripts/c_tools.sh
[ "${1:-}" = --no-build ] || cargo build --profile dist -p tiprdc-ffi

fail() {
    echo "c_dist.sh: $*" >&2
    exit 1
}

# What is installed, for its limits.
rm -rf "$out" && mkdir -p "$out"
DESTDIR=$out/stage scripts/c_install.sh --prefix /opt/tiprdc --libdir "$libdir"
mv "$out/stage/opt/tiprdc" "$out/moved"
prefix=$out/moved
library=$prefix/$libdir/libtiprdc.so.0

bytes=$(stat -L -c %s "$library")
packed=$(gzip -9 -c "$library" | wc -c)
echo "c_dist.sh: libtiprdc.so has $bytes bytes, $packed with gzip; at most $most_bytes are allowed"
[ "$bytes" -le "$most_bytes" ] || fail "the library is too large"

foreign=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -v '^tiprdc_' || true)
[ -z "$foreign" ] || fail "exported beside tiprdc_*: $foreign"
declared=$(grep -c '^tiprdc_[a-z0-9_]* (' include/tiprdc.h)
exported=$(nm -D --defined-only "$library" | grep -c ' tiprdc_')
[ "$declared" = "$exported" ] || fail "the header declares $declared functions, the library has $exported"
foreign=$(nm -g --defined-only "$prefix/$libdir/libtiprdc.a" | awk 'NF == 3 { print $3 }' | grep -v '^tiprdc_' || true)
[ -z "$foreign" ] || fail "visible in the static library beside tiprdc_*: $foreign"
[ "$(readelf -dW "$library" | sed -n 's/.*soname: \[\(.*\)\]/\1/p')" = libtiprdc.so.0 ] || fail "another SONAME"
[ "$(readelf -SW "$library" | grep -c '\.symtab' || true)" = 0 ] || fail "the library is not stripped"
stack=$(readelf -lW "$library" | awk '$1 == "GNU_STACK" { print $7 }')
[ "$stack" = RW ] || fail "the library asks for an executable stack"

# The moved prefix, as other projects use it.
scripts/c_examples.sh "$prefix" "$libdir" "$out/examples"

# All vectors on the library that ships: shared, and static.
for use_static in OFF ON; do
    cmake --fresh -S tests/c -B "$out/suite-$use_static" -Dtiprdc_DIR="$prefix/$libdir/cmake/tiprdc" -Dtiprdc_USE_STATIC=$use_static \
        >"$out/cmake.log" || { cat "$out/cmake.log" >&2; exit 1; }
    cmake --build "$out/suite-$use_static" >"$out/cmake.log" || { cat "$out/cmake.log" >&2; exit 1; }
    "$out/suite-$use_static/c_suite" testdata | tail -1
done

# It is found by those who ask for a compatible version, and by nobody else.
for asked in 0.1:1 0.1.0:1 0:1 0.2:0 0.0:0 1.0:0; do
    cmake --fresh -S tests/c/versions -B "$out/versions-${asked%:*}" -DCMAKE_PREFIX_PATH="$prefix" -DASKED="${asked%:*}" \
        -DEXPECTED="${asked#*:}" >"$out/cmake.log" 2>&1 || { cat "$out/cmake.log" >&2; exit 1; }
done
echo "c_dist.sh: passed"
