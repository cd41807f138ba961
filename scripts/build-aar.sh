#!/usr/bin/env bash
# Builds the Android library: TARGET/android/tiprdc-android-VERSION.aar and its .pom.
#
#     ANDROID_HOME=... ANDROID_NDK_HOME=... bash scripts/build-aar.sh
#
# Needs rustup, a C compiler, the Android SDK with a platform (android.jar), the NDK, r27 or newer, JDK 17, JNA's jar, and npm,
# which fetches the Kotlin compiler (bindings-mobile/kotlin/tools.sh). Says at once all that is missing, with exit code 2.
# ABIS="arm64-v8a" builds fewer than all four. The library is built in the profile `dist`: small, and without debug symbols.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "${CARGO_TARGET_DIR:-target}"
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
out=$target/android
here=bindings-mobile/kotlin
api=24
source $here/tools.sh
source $here/compile.sh
read -r -a abis <<<"${ABIS:-arm64-v8a armeabi-v7a x86_64 x86}"

missing=()
ndk=${ANDROID_NDK_HOME:-${ANDROID_NDK_ROOT:-}}
sdk=${ANDROID_HOME:-${ANDROID_SDK_ROOT:-}}
# The platform of the host that the NDK brings: linux-x86_64, darwin-x86_64...
bin=$(ls -d "$ndk"/toolchains/llvm/prebuilt/*/bin 2>/dev/null | head -n 1 || true)
android_jar=$(ls "$sdk"/platforms/android-*/android.jar 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || missing+=("the Android NDK, r27 or newer: set ANDROID_NDK_HOME to its folder")
[ -n "$android_jar" ] || missing+=("an Android platform: set ANDROID_HOME to the SDK, and install platforms;android-36 with its sdkmanager")
command -v rustup >/dev/null || missing+=("rustup, for Rust's standard library of Android")
command -v cc >/dev/null || missing+=("a C compiler for this machine; Debian: gcc")
while read -r line; do missing+=("$line"); done < <(kotlin_missing compile)
if [ ${#missing[@]} -gt 0 ]; then
    echo "build-aar: these are missing:" >&2
    printf -- '- %s\n' "${missing[@]}" >&2
    exit 2
fi
# Now, and not after the long builds: it downloads the compiler once.
kotlin_tools compile

# What Rust and the NDK's clang call an ABI.
triple() {
    case $1 in
        arm64-v8a) echo aarch64-linux-android aarch64-linux-android ;;
        armeabi-v7a) echo armv7-linux-androideabi armv7a-linux-androideabi ;;
        x86_64) echo x86_64-linux-android x86_64-linux-android ;;
        x86) echo i686-linux-android i686-linux-android ;;
        *) echo "build-aar: $1 is no ABI of Android" >&2; return 1 ;;
    esac
}

build_abi() {
    local abi=$1 triples rust clang variable
    triples=$(triple "$abi")
    read -r rust clang <<<"$triples"
    rustup target add "$rust"
    variable=${rust//-/_}
    # The C compiler is for tract's assembly kernels, the linker for the library.
    env "CC_$variable=$bin/$clang$api-clang" "AR_$variable=$bin/llvm-ar" \
        "CARGO_TARGET_$(tr a-z A-Z <<<"$variable")_LINKER=$bin/$clang$api-clang" \
        cargo build --profile dist --package tiprdc-mobile --lib --target "$rust"
    mkdir -p "$out/jni/$abi"
    cp "$target/$rust/dist/libtiprdc_mobile.so" "$out/jni/$abi/"
}

rm -rf "$out/jni"
for abi in "${abis[@]}"; do build_abi "$abi"; done
READELF=$bin/llvm-readelf bash bindings-mobile/check-alignment.sh "$out"/jni/*/libtiprdc_mobile.so

# The generator reads a library of this machine; what it writes is the same for all.
cargo build --release --workspace
compile_package "$out"
kotlinc "$out/android-classes" "$out/classes:$android_jar:$jna:$coroutines" -Werror -Xexplicit-api=strict \
    -Xfriend-paths="$out/classes" -module-name tiprdc-android $here/android/src/main/kotlin
cp -r "$out/android-classes/." "$out/classes"

version=$(sed -n 's/^version=//p' $here/gradle.properties)
READELF=$bin/llvm-readelf bash $here/pack_aar.sh "$out/classes" "$out/jni" "$out/tiprdc-android-$version.aar"
cp $here/android/pom.xml "$out/tiprdc-android-$version.pom"
ls -l "$out"/tiprdc-android-*
