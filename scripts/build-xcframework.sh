#!/usr/bin/env bash
# Builds the library for Apple platforms and the Swift package around it: TARGET/apple/Tiprdc and TARGET/apple/CTiprdc.xcframework.zip.
#
#     bash scripts/build-xcframework.sh [ADDRESS]
#
# ADDRESS is where the zip will be published; the package then names it with its checksum. Without, the package holds the framework
# itself, for use from a local path. Needs macOS with Xcode 16 or newer, and rustup; says what is missing, with exit code 2.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "${CARGO_TARGET_DIR:-target}"
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
export CARGO_TARGET_DIR=$target
out=$target/apple
address=${1:-}

missing=()
if [ "$(uname -s)" != Darwin ]; then missing+=("macOS: only Xcode makes frameworks"); fi
xcodebuild -version >/dev/null 2>&1 || missing+=("Xcode 16 or newer, chosen with xcode-select")
xcrun --sdk iphoneos --show-sdk-path >/dev/null 2>&1 || missing+=("the iOS SDK, which Xcode installs")
command -v rustup >/dev/null || missing+=("rustup, for Rust's standard library of Apple platforms")
if [ ${#missing[@]} -gt 0 ]; then
    echo "build-xcframework: these are missing:" >&2
    printf -- '- %s\n' "${missing[@]}" >&2
    exit 2
fi

# As Package.swift says.
export IPHONEOS_DEPLOYMENT_TARGET=15.0 MACOSX_DEPLOYMENT_TARGET=12.0

# universal NAME TARGET...: one static library of several processors.
universal() {
    local name=$1 libraries=() rust
    shift
    for rust in "$@"; do
        rustup target add "$rust"
        cargo build --profile dist --package tiprdc-mobile --lib --target "$rust"
        libraries+=("$target/$rust/dist/libtiprdc_mobile.a")
    done
    mkdir -p "$out/$name"
    lipo -create "${libraries[@]}" -output "$out/$name/libtiprdc_mobile.a"
}

rm -rf "$out"
universal ios aarch64-apple-ios
universal ios-simulator aarch64-apple-ios-sim x86_64-apple-ios
universal macos aarch64-apple-darwin x86_64-apple-darwin

# The generator reads a library of this machine; what it writes is the same for all.
cargo build --release --workspace
bash bindings-mobile/swift/assemble.sh "$out/Tiprdc"
# In a folder named after the module: two frameworks with a module map at the root get in each other's way in Xcode.
headers=$out/headers/CTiprdc
mkdir -p "$headers"
mv "$out/Tiprdc/Sources/CTiprdc/CTiprdc.h" "$headers"
printf 'module CTiprdc {\n    header "CTiprdc.h"\n    export *\n}\n' > "$headers/module.modulemap"
rm -r "$out/Tiprdc/Sources/CTiprdc"

framework=$out/CTiprdc.xcframework
arguments=()
for name in ios ios-simulator macos; do
    arguments+=(-library "$out/$name/libtiprdc_mobile.a" -headers "$out/headers")
done
xcodebuild -create-xcframework "${arguments[@]}" -output "$framework"
(cd "$out" && ditto -c -k --keepParent CTiprdc.xcframework CTiprdc.xcframework.zip)

if [ -n "$address" ]; then
    checksum=$(swift package compute-checksum "$out/CTiprdc.xcframework.zip")
    bash bindings-mobile/swift/publish.sh "$out/Tiprdc/Package.swift" "$address" "$checksum"
else
    cp -R "$framework" "$out/Tiprdc/"
    (cd "$out/Tiprdc" && swift build)
fi
ls -l "$out/Tiprdc" "$out/CTiprdc.xcframework.zip"
