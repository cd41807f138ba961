#!/usr/bin/env bash
# Installs the C library: libraries, headers, tiprdc.pc and tiprdcConfig.cmake.
#
# Of the static library only tiprdc_* can be seen from outside: a program may link other Rust libraries beside it.
#
#   scripts/c_install.sh --prefix DIR [--libdir lib] [--from DIR]
#
# --prefix  where to install; DESTDIR is honoured
# --libdir  folder of libraries below the prefix, such as lib/x86_64-linux-gnu; lib unless given
# --from    folder with libtiprdc_ffi.so and libtiprdc_ffi.a; target/dist unless given, which
#           `cargo build --profile dist -p tiprdc-ffi` fills
#
# LD, OBJCOPY and AR name other tools than those of this machine, for another processor.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix='' libdir=lib from="${CARGO_TARGET_DIR:-target}/dist"
while [ $# -gt 0 ]; do
    case "$1" in
    --prefix) prefix=${2:?--prefix needs a folder} ;;
    --libdir) libdir=${2:?--libdir needs a folder} ;;
    --from) from=${2:?--from needs a folder} ;;
    *)
        echo "c_install.sh: unknown option $1; see the first lines of this file" >&2
        exit 2
        ;;
    esac
    shift 2
done
if [ -z "$prefix" ]; then
    echo "c_install.sh: --prefix says where to install" >&2
    exit 2
fi
case "$libdir" in
/* | *..*)
    echo "c_install.sh: --libdir is a folder below the prefix" >&2
    exit 2
    ;;
esac
for library in libtiprdc_ffi.so libtiprdc_ffi.a; do
    if [ ! -f "$from/$library" ]; then
        echo "c_install.sh: no $from/$library; build it: cargo build --profile dist -p tiprdc-ffi" >&2
        exit 1
    fi
done

define() { sed -n "s/^#define TIPRDC_$1 \"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" include/tiprdc.h; }
version=$(define VERSION) abi=$(define ABI_VERSION)
major=$(define VERSION_MAJOR) minor=$(define VERSION_MINOR)

root=${DESTDIR:-}$prefix
lib=$root/$libdir
cmake=$lib/cmake/tiprdc
install -d "$lib/pkgconfig" "$cmake" "$root/include/tiprdc"
install -C -m 644 include/tiprdc.h include/tiprdc.hpp "$root/include"
install -C -m 644 include/tiprdc/*.hpp "$root/include/tiprdc"
install -m 755 "$from/libtiprdc_ffi.so" "$lib/libtiprdc.so.$version"
ln -sf "libtiprdc.so.$version" "$lib/libtiprdc.so.$abi"
ln -sf "libtiprdc.so.$abi" "$lib/libtiprdc.so"

# One object of what the functions need, with everything but them made local. Without what only another compiler reads.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -o '^tiprdc_[a-z0-9_]* (' include/tiprdc.h | sed 's/^/-u /; s/ ($//' >"$work/needed"
"${LD:-ld}" -r -z noexecstack --gc-sections "@$work/needed" "$from/libtiprdc_ffi.a" -o "$work/all.o"
"${OBJCOPY:-objcopy}" --strip-debug --strip-unneeded --remove-section=.llvmbc --remove-section=.llvmcmd \
    --wildcard --keep-global-symbol='tiprdc_*' "$work/all.o" "$work/tiprdc.o"
rm -f "$lib/libtiprdc.a"
"${AR:-ar}" rcs "$lib/libtiprdc.a" "$work/tiprdc.o"
chmod 644 "$lib/libtiprdc.a"

# fill TEMPLATE RESULT: one of bindings-c/package, with its @NAMES@ replaced.
fill() {
    sed -e "s|@VERSION@|$version|g" -e "s|@MAJOR_MINOR@|$major.$minor|g" -e "s|@MAJOR@|$major|g" \
        -e "s|@ABI@|$abi|g" -e "s|@LIBDIR@|$libdir|g" -e "s|@POINTER_BYTES@|${TIPRDC_POINTER_BYTES:-8}|g" \
        -e "s|@PC_TO_PREFIX@|$(realpath -ms --relative-to="/$libdir/pkgconfig" /)|g" \
        -e "s|@CMAKE_TO_PREFIX@|$(realpath -ms --relative-to="/$libdir/cmake/tiprdc" /)|g" \
        "bindings-c/package/$1" >"$2"
    chmod 644 "$2"
}
fill tiprdc.pc.in "$lib/pkgconfig/tiprdc.pc"
for name in Config ConfigVersion Targets; do
    fill "tiprdc$name.cmake.in" "$cmake/tiprdc$name.cmake"
done
echo "installed tiprdc $version into $root"
