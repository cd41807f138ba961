#!/usr/bin/env bash
# Builds the Swift package for Linux, runs its tests and its example.
#
#     cargo build --release --workspace && bash scripts/swift.sh
#     cargo build --release --workspace --example overhead && bash scripts/swift.sh bench
#
# Uses the swift that is installed, or installs one: see bindings-mobile/swift/toolchain.sh. With `bench` it measures instead of
# testing.
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD
mkdir -p "${CARGO_TARGET_DIR:-target}/swift/lib"
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
export CARGO_TARGET_DIR=$target TIPRDC_SWIFT_BINDS=$target
package=$target/swift/Tiprdc

bash bindings-mobile/swift/assemble.sh "$package"
# Alone in its folder: the linker would take whatever else lies beside it, too.
cp "$target/release/libtiprdc_mobile.so" "$target/swift/lib/"

# in_swift FOLDER COMMAND...: with the library where the loader looks.
in_swift() {
    (cd "$1" && shift && bash "$project/bindings-mobile/swift/toolchain.sh" env LD_LIBRARY_PATH="$target/swift/lib" \
        TIPRDC_TESTDATA="$project/testdata" TIPRDC_SWIFT_PACKAGE="$package" TIPRDC_BENCH="${TIPRDC_BENCH-}" "$@")
}
flags=(--disable-sandbox -j 2 -Xlinker "-L$target/swift/lib")

if [ "${1:-}" = bench ]; then
    encoder=$target/swift/overhead.onnx
    rust=$("$target/release/examples/overhead" "$encoder")
    export TIPRDC_BENCH=1
    in_swift "$package" swift build -c release "${flags[@]}" --scratch-path "$target/swift/bench" --product TiprdcBench
    in_swift "$package" "$target/swift/bench/release/TiprdcBench" "$encoder" |
        bash bindings-mobile/overhead.sh "$rust"
    exit
fi

# warnings-as-errors: also for generated code. Only XCTest: the other runner would report that it found no tests.
in_swift "$package" swift test "${flags[@]}" --scratch-path "$target/swift/build" --disable-swift-testing \
    -Xswiftc -warnings-as-errors

echo "swift: the example"
in_swift "$project/examples/swift" swift run "${flags[@]}" --scratch-path "$target/swift/example" TiprdcExample \
    "$project/testdata/example/encoder.onnx" "$project/testdata/example/recording.csv" "$target/swift/features.safetensors"
bash bindings-mobile/same_features.sh "$target/swift/features.safetensors"
