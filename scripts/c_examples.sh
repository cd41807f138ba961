#!/usr/bin/env bash
# Builds the examples of C and C++ against an installed library, shared and static, runs them and compares what they write.
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
# The numbers: what stands behind the header, whose entries come in any order.
numbers() { tail -c +$(($(od -An -tu8 -N8 "$1") + 9)) "$1"; }

run c example c
run c example-static c-static
run cpp example cpp
run cpp example-static cpp-static
if [ "$(numbers "$out/c.safetensors" | wc -c)" = 0 ]; then
    echo "c_examples.sh: no features were written" >&2
    exit 1
fi
for other in c-static cpp cpp-static; do
    cmp <(numbers "$out/c.safetensors") <(numbers "$out/$other.safetensors")
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
