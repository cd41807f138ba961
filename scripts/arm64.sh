#!/usr/bin/env bash
# Builds the C library for 64-bit ARM Linux, and runs the C suite on it under qemu: all shared vectors on another processor.
#
# What is built is kept in ${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/arm64. Needs Debian; apt if tools are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/arm64
sysroot=$cache/sysroot
triple=aarch64-unknown-linux-gnu
cross=aarch64-linux-gnu
mkdir -p "$cache"

scripts/arm64_tools.sh "$sysroot"

# Little optimisation: it is run once, and the numbers are the same. Debian's rustc, as it has a library for arm64.
begin=$SECONDS
RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=$cache/target CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_INCREMENTAL=0 \
    CC_aarch64_unknown_linux_gnu=$cross-gcc CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=$cross-gcc \
    cargo build --release --locked --target $triple -p tiprdc-ffi
echo "arm64.sh: built in $((SECONDS - begin)) s"

prefix=$cache/prefix
LD=$cross-ld OBJCOPY=$cross-objcopy AR=$cross-ar \
    scripts/c_install.sh --prefix "$prefix" --from "$cache/target/$triple/release"

begin=$SECONDS
cmake --fresh -S tests/c -B "$cache/suite" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_C_COMPILER=$cross-gcc \
    -Dtiprdc_DIR="$prefix/lib/cmake/tiprdc" -DCJSON_INCLUDE="$sysroot/usr/include" \
    -DCJSON_LIBRARY="$sysroot/usr/lib/$cross/libcjson.so" >"$cache/cmake.log" || { cat "$cache/cmake.log" >&2; exit 1; }
cmake --build "$cache/suite" >"$cache/cmake.log" || { cat "$cache/cmake.log" >&2; exit 1; }
# The C library beside that loader first: another one, of a package for arm64, does not go with it.
libraries=/usr/$cross/lib:$prefix/lib:$sysroot/usr/lib/$cross
qemu-aarch64 -L "/usr/$cross" -E LD_LIBRARY_PATH="$libraries" "$cache/suite/c_suite" testdata
echo "arm64.sh: the C suite passed on 64-bit ARM in $((SECONDS - begin)) s"
