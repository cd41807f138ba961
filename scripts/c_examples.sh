#!/usr/bin/env bash
# Builds the examples of C and C++ against an installed library, shared and static, runs them and compares what they write
# with what the Rust example writes. Builds and runs the first programs of the guide, in every way that it names.
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
run() { "$out/$1/$2" examples/motion-gender.onnx testdata/example/recording.csv "$out/$3.safetensors"; }

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

# The first programs of the guide, by its own commands, beside the encoder that it names.
source scripts/c_guide.sh
export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
fail() { echo "c_examples.sh: $*" >&2; exit 1; }
rm -rf "$out/guide" && mkdir -p "$out/guide"
guide c >"$out/guide/main.c"
guide cpp >"$out/guide/main.cpp"
cp examples/motion-gender.onnx "$out/guide/"
cd "$out/guide"
# Unquoted: these are words.
flags=$(pkg-config --cflags --libs tiprdc) remembers=-Wl,-rpath,$(pkg-config --variable=libdir tiprdc)
cc -std=c99 main.c $flags $remembers -o c
c++ -std=c++17 main.cpp $flags $remembers -o cpp
cc -std=c99 main.c $flags -o forgets
for program in c cpp; do
    "./$program" | grep -q '^512 numbers' || fail "the guide's program in $program does not say how many numbers there are"
    # Without its encoder: an error in words and a status, and no abort.
    status=0
    (mkdir -p empty && cd empty && "../$program" 2>../said) || status=$?
    [ "$status" = 1 ] && grep -q 'motion-gender.onnx' said || fail "the guide's program in $program ends with $status without its encoder"
done
[ "$(stat -c %s features.safetensors)" -gt 2048 ] || fail "the guide's program wrote no features"
if env -u LD_LIBRARY_PATH ./forgets 2>/dev/null; then fail "a program without rpath starts: the guide says it does not"; fi
LD_LIBRARY_PATH=$prefix/$libdir ./forgets | grep -q '^512 numbers' || fail "LD_LIBRARY_PATH does not help"
echo "c_examples.sh: the guide's programs run"
