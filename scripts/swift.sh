#!/usr/bin/env bash
# Builds the Swift package for Linux, runs its tests and its example; compiles what only Apple platforms have, and the code of its
# guide, against stand-ins.
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

# in_swift FOLDER COMMAND...: with the library where the loader looks; the benchmark is part of the package here.
in_swift() {
    (cd "$1" && shift && bash "$project/bindings-mobile/swift/toolchain.sh" env LD_LIBRARY_PATH="$target/swift/lib" \
        TIPRDC_TESTDATA="$project/testdata" TIPRDC_SWIFT_PACKAGE="$package" TIPRDC_BENCH=1 "$@")
}
flags=(--disable-sandbox -j 2 -Xlinker "-L$target/swift/lib")

if [ "${1:-}" = bench ]; then
    cp "$target/release/examples/overhead" "$target/swift/"
    in_swift "$package" swift build -c release "${flags[@]}" --scratch-path "$target/swift/bench" --product TiprdcBench
    source bindings-mobile/overhead.sh
    compare "in_swift $target env" "$target/swift/overhead" "$target/swift/bench/release/TiprdcBench" "$target/swift/overhead.onnx"
    exit
fi

# warnings-as-errors: also for generated code. Only XCTest: the other runner would report that it found no tests.
in_swift "$package" swift test "${flags[@]}" --scratch-path "$target/swift/build" --disable-swift-testing \
    -Xswiftc -warnings-as-errors

echo "swift: what only Apple platforms have, and the code of the guide, against stand-ins"
stubs=$target/swift/stubs modules=$(in_swift "$package" swift build --show-bin-path --scratch-path "$target/swift/build")/Modules
mkdir -p "$stubs"
in_swift "$project" swiftc -emit-module -module-name CoreGraphics -o "$stubs/CoreGraphics.swiftmodule" \
    bindings-mobile/swift/Stubs/CoreGraphics.swift
# Compiled and not only type-checked: data races are looked for after the types.
strict="-swift-version 6 -warnings-as-errors -parse-as-library -I '$stubs' -I '$modules' \
    -Xcc -fmodule-map-file='$package/Sources/CTiprdc/module.modulemap'"
in_swift "$package" bash -c "swiftc $strict -wmo -module-name Tiprdc -emit-module -emit-module-path '$stubs/Tiprdc.swiftmodule' \
    -c -o '$stubs/Tiprdc.o' Sources/Tiprdc/*.swift"
{
    printf 'import %s\n' CoreGraphics Foundation
    # On the main actor, as an app's view is; an await that waits for nothing is a warning, and fails. The stand-in for CGImage
    # is not Sendable, so that nothing here depends on whether Apple's is.
    bash bindings-mobile/guide.sh swift docs/guide/ios.md \
        '@MainActor func guide(cgImage: sending CGImage, pixels: Data, width: Int, height: Int, upload: (Data) -> Void) async throws {'
} >"$stubs/Guide.swift"
in_swift "$project" bash -c "swiftc $strict -module-name Guide -c -o '$stubs/Guide.o' '$stubs/Guide.swift'"

echo "swift: the first program of the guide, with the resource that it names"
first=$target/swift/first
mkdir -p "$first/Sources/TiprdcExample"
cp examples/swift/Package.swift "$first/"
{
    printf 'import Foundation\n'
    bash bindings-mobile/guide.sh swift docs/guide/ios.md 'func first(upload: (Data) -> Void) async throws {' 1
    printf 'try await first { precondition($0.count > 2048, "the first program of the guide sent \\($0.count) bytes") }\n'
} >"$first/Sources/TiprdcExample/main.swift"
in_swift "$first" swift build "${flags[@]}" --scratch-path "$target/swift/first-build"
# Beside the program: there Foundation looks for the resources of one that is in no bundle.
built=$target/swift/first-build/debug
cp examples/motion-gender.onnx "$built/"
in_swift "$first" "$built/TiprdcExample" >/dev/null

echo "swift: the example"
in_swift "$project" swift run --package-path examples/swift "${flags[@]}" --scratch-path "$target/swift/example" TiprdcExample \
    examples/motion-gender.onnx testdata/example/recording.csv "$target/swift/features.safetensors"
bash scripts/same_features.sh "$target/swift/features.safetensors"
