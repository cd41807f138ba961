#!/usr/bin/env bash
# Checks that what ships in apps compiles for Android and iOS: core, bindings-c and bindings-mobile, without NDK or SDK. The
# last link is not tried; scripts/build-aar.sh and scripts/build-xcframework.sh do that where NDK or Xcode is. Before that, of
# these scripts what can be checked here: bindings-mobile/check-packaging.sh.
#
# Debian's rustc builds the standard library for these targets from its sources. What is built is kept in
# ${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/mobile.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/mobile
mkdir -p "$cache/bin" "$cache/no-sdk"

bash bindings-mobile/check-packaging.sh

missing=()
for package in rustc-web cargo-web rust-web-src clang llvm; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -c 'install ok installed' >/dev/null; then
        missing+=("$package")
    fi
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "mobile_check.sh: missing: apt-get install ${missing[*]}" >&2
        exit 2
    fi
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
fi

# compiler TARGET: a C compiler for the kernels in assembly, which a check assembles too.
compiler() {
    printf '#!/bin/sh\nexec clang --target=%s "$@"\n' "$1" >"$cache/bin/$1"
    chmod +x "$cache/bin/$1"
    echo "$cache/bin/$1"
}

# check TARGET
check() {
    local begin=$SECONDS target=$1
    env "CC_${target//-/_}=$(compiler "$target")" "AR_${target//-/_}=llvm-ar" SDKROOT="$cache/no-sdk" RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
        CARGO_TARGET_DIR="$cache/target" CARGO_INCREMENTAL=0 \
        /usr/bin/cargo check --locked -Zbuild-std=std,panic_abort --target "$target" -p tiprdc -p tiprdc-ffi -p tiprdc-mobile
    echo "mobile_check.sh: $target compiles, checked in $((SECONDS - begin)) s"
}

check aarch64-linux-android
check aarch64-apple-ios
