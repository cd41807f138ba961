#!/usr/bin/env bash
# Everything that is checked of C and C++ on every landing: header, format, suites plain and under sanitizers and
# valgrind, examples. Uses the library of the release build; scripts/c_dist.sh checks the one that ships.
#
#   scripts/c.sh            everything
#   scripts/c.sh STEP...    some of: header format strict plain sanitizers valgrind examples, and speed, which only prints
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
out=$target/c
prefix=$out/prefix
jobs=$(nproc)

header() { scripts/c_header.sh --check; }

sources() { git ls-files -co --exclude-standard 'include/*.hpp' 'tests/c/*.[ch]' 'tests/cpp/*.[ch]pp' 'examples/c/*.c' 'examples/cpp/*.cpp'; }

format() { sources | xargs clang-format --dry-run -Werror; }

source scripts/c_guide.sh

# Headers as strict compilers see them, each alone.
strict() {
    local warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only)
    gcc -std=c99 "${warnings[@]}" -Wstrict-prototypes -x c include/tiprdc.h
    for each in include/tiprdc.h include/tiprdc.hpp include/tiprdc/*.hpp; do
        g++ -std=c++17 "${warnings[@]}" -x c++ "$each"
        g++ -std=c++17 -fno-exceptions "${warnings[@]}" -x c++ "$each"
        g++ -std=c++20 "${warnings[@]}" -x c++ "$each"
    done
    # The first programs of the guide, as its readers will copy them; c_examples.sh runs them.
    guide cpp >"$out/guide.cpp"
    g++ -std=c++17 -Iinclude "${warnings[@]}" "$out/guide.cpp"
    guide c >"$out/guide.c"
    gcc -std=c99 -Iinclude "${warnings[@]}" "$out/guide.c"
}

# build_suites FOLDER [OPTION...]: the suites, against the installed library.
build_suites() {
    local folder=$1
    shift
    for suite in c cpp; do
        cmake --fresh -S "tests/$suite" -B "$folder/$suite" -DCMAKE_PREFIX_PATH="$prefix" "$@" >"$out/cmake.log" || {
            cat "$out/cmake.log" >&2
            return 1
        }
    done
    cmake --build "$folder/c" --parallel "$jobs" >"$out/cmake.log" || { cat "$out/cmake.log" >&2; return 1; }
}

build_cpp() { cmake --build "$1/cpp" --parallel "$jobs" ${2:+--target "$2"} >"$out/cmake.log" || { cat "$out/cmake.log" >&2; return 1; }; }

plain() {
    build_suites "$out/plain"
    build_cpp "$out/plain"
    "$out/plain/c/c_suite" testdata
    for suite in cpp17 cpp20 no_exceptions; do
        "$out/plain/cpp/${suite}_suite" testdata
    done
}

sanitizers() {
    build_suites "$out/sanitizers" -DSANITIZE=ON
    build_cpp "$out/sanitizers" cpp17_suite
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
    "$out/sanitizers/c/c_suite" testdata
    "$out/sanitizers/cpp/cpp17_suite" testdata
}

under_valgrind() {
    valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
        --error-exitcode=9 --suppressions=tests/c/valgrind.supp "$@"
}

check_valgrind() {
    build_suites "$out/plain"
    build_cpp "$out/plain" cpp17_suite
    under_valgrind "$out/plain/c/c_suite" testdata
    under_valgrind "$out/plain/cpp/cpp17_suite" testdata
}

examples() { scripts/c_examples.sh "$prefix" lib "$out/examples"; }

# What calls cost, of the library that ships if it was built.
speed() {
    local from=$target/release
    [ -f "$target/dist/libtiprdc_ffi.so" ] && from=$target/dist
    scripts/c_install.sh --prefix "$out/speed-prefix" --from "$from"
    cmake --fresh -S tests/c -B "$out/speed" -DCMAKE_PREFIX_PATH="$out/speed-prefix" >/dev/null
    cmake --build "$out/speed" --target c_speed >/dev/null
    "$out/speed/c_speed" testdata/example/encoder.onnx
}

scripts/c_tools.sh
mkdir -p "$out"
steps=("$@")
[ $# -gt 0 ] || steps=(header format strict plain sanitizers valgrind examples)
cargo build --release --workspace --quiet
scripts/c_install.sh --prefix "$prefix" --from "$target/release"
for step in "${steps[@]}"; do
    case "$step" in
    header | format | strict | plain | sanitizers | examples | speed) ;;
    valgrind) step=check_valgrind ;;
    *)
        echo "c.sh: no step $step" >&2
        exit 2
        ;;
    esac
    begin=$SECONDS
    $step
    echo "c.sh: $step passed in $((SECONDS - begin)) s"
done
