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
cmake -S examples/cpp -B "$out/cpp" -DCMAKE_PREFIX_PATH="$prefix" \
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
[ "$(numbers "$out/c.safetensors" | wc -c)" -gt 0 ]
for other in c-static cpp cpp-static; do
    cmp <(numbers "$out/c.safetensors") <(numbers "$out/$other.safetensors")
done
# The shared ones find the installed library, the static ones need none.
libraries() { ldd "$1" | grep -c "$2" || true; }
[ "$(libraries "$out/cpp/example" "$prefix/$libdir/libtiprdc.so.0")" = 1 ]
[ "$(libraries "$out/c/example" "$prefix/$libdir/libtiprdc.so.0")" = 1 ]
[ "$(libraries "$out/c/example-static" libtiprdc)" = 0 ]
[ "$(libraries "$out/cpp/example-static" libtiprdc)" = 0 ]
