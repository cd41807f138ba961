#!/usr/bin/env bash
# Checks what makes the packages of apps, as far as it can be checked without NDK, SDK or Xcode: both build scripts say at once all
# that is missing, the privacy manifest says what it should, publish.sh fills in its line. Called by scripts/mobile_check.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "check-packaging: $*" >&2; exit 1; }

# names_what_is_missing SCRIPT WORD...: the script ends with 2 and names them all.
names_what_is_missing() {
    local script=$1 status=0 word
    shift
    CARGO_TARGET_DIR=$work bash "$script" >"$work/said" 2>&1 || status=$?
    [ $status = 2 ] || { cat "$work/said" >&2; fail "$script ended with $status, expected 2"; }
    for word in "$@"; do
        grep -qF -- "$word" "$work/said" || { cat "$work/said" >&2; fail "$script does not say that this is missing: $word"; }
    done
    echo "check-packaging: $script says what is missing"
}

# Where these are set, too: what it says is the same everywhere.
(
    unset ANDROID_HOME ANDROID_SDK_ROOT ANDROID_NDK_HOME ANDROID_NDK_ROOT
    export TIPRDC_KOTLIN_JARS=$work/none
    names_what_is_missing scripts/build-aar.sh "Android NDK" "Android platform" jna.jar
    # What only tests need is not asked of those who build.
    if grep -q 'junit\|gson\|hamcrest' "$work/said"; then fail "scripts/build-aar.sh asks for what only tests need"; fi
)
if [ "$(uname -s)" = Darwin ]; then
    echo "check-packaging: this is a Mac; scripts/build-xcframework.sh is not asked what is missing"
else
    names_what_is_missing scripts/build-xcframework.sh macOS Xcode "iOS SDK"
fi

python3 - bindings-mobile/swift/Sources/Tiprdc/PrivacyInfo.xcprivacy <<'PYTHON'
import plistlib
import sys

with open(sys.argv[1], "rb") as file:
    manifest = plistlib.load(file)
assert manifest["NSPrivacyTracking"] is False and manifest["NSPrivacyTrackingDomains"] == [], "it tracks"
assert manifest["NSPrivacyCollectedDataTypes"] == [], "it collects"
for used in manifest["NSPrivacyAccessedAPITypes"]:
    assert used["NSPrivacyAccessedAPIType"].startswith("NSPrivacyAccessedAPICategory"), used
    assert used["NSPrivacyAccessedAPITypeReasons"], used
PYTHON
echo "check-packaging: the privacy manifest is well formed"

package=$work/Package.swift address=https://example.org/CTiprdc.xcframework.zip checksum=$(printf '%064d' 7)
cp bindings-mobile/swift/Package.swift "$package"
bash bindings-mobile/swift/publish.sh "$package" "$address" "$checksum"
changed=$({ diff bindings-mobile/swift/Package.swift "$package" || true; } | sed -n 's/^> //p')
[ "$changed" = "let published: (url: String, checksum: String)? = (\"$address\", \"$checksum\")" ] ||
    fail "publish.sh wrote: $changed"
if bash bindings-mobile/swift/publish.sh "$package" "$address" "$checksum" 2>/dev/null; then
    fail "publish.sh finds its line in a package that is published already"
fi
echo "check-packaging: publish.sh names address and checksum"
