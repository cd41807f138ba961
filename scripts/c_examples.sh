#!/usr/bin/env bash
# Builds the examples of C and C++ against an installed library, shared and static, runs them and compares what they write
# with what the Rust example writes.
#
#   scripts/c_examples.sh PREFIX LIBDIR OUT
#
# Writes OUT/c.safetensors and OUT/cpp.safetensors.
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=$(realpath "$1") libdir=$2 out=$(realpath -m "$3")
mkdir -p "$out"

rm -rf "$out/c" && cp -r examples/c "$out/c"
make -s -C "$out/c" clean
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig make -s -C "$out/c"
cmake --fresh -S examples/cpp -B "$out/cpp" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_LIBRARY_ARCHITECTURE="$(gcc -print-multiarch)" >"$out/cmake.log" || { cat "$out/cmake.log" >&2; exit 1; }
cmake --build "$out/cpp" >"$out/cmake.log" || { cat "$out/cmake.log" >&2; exit 1; }

# run LANGUAGE PROGRAM NAME
run() { "$out/$1/$2" testdata/example/encoder.onnx testdata/example/recording.csv "$out/$3.safetensors"; }

run c example c
run c example-static c-static
run cpp example cpp
run cpp example-static cpp-static
for written in c c-static cpp cpp-static; do
    bash scripts/same_features.sh "$out/$written.safetensors"
done
# The library that a program loads, or nothing.
loaded() { ldd "$1" | sed -n 's/.*libtiprdc[^ ]* => \([^ ]*\).*/\1/p' | xargs -r realpath; }
# expect PROGRAM LIBRARY
expect() {
    local found
    found=$(loaded "$1")
    if [ "$found" != "$2" ]; then
        echo "c_examples.sh: $1 loads \"$found\", expected \"$2\"" >&2
        exit 1
    fi
}
installed=$(realpath "$prefix/$libdir/libtiprdc.so.0")
for language in c cpp; do
    expect "$out/$language/example" "$installed"
    expect "$out/$language/example-static" ""
done
