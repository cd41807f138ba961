#!/usr/bin/env bash
# Puts an .aar together from compiled parts: pack_aar.sh CLASSES JNI OUT.aar.
#
# CLASSES is a folder of classes, JNI one of ABIs (arm64-v8a...), each with its libtiprdc_mobile.so. An .aar is a zip of a manifest,
# classes.jar, libraries and rules for R8; no Android tool is needed to write one.
set -euo pipefail
classes=$1 jni=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/AndroidManifest.xml" <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="dev.tiprdc">
    <uses-sdk android:minSdkVersion="24" />
</manifest>
XML
jar --create --file "$work/classes.jar" -C "$classes" dev -C "$classes" META-INF
cp "$here/android/consumer-rules.pro" "$work/proguard.txt"
touch "$work/R.txt"
for library in "$jni"/*/libtiprdc_mobile.so; do
    abi=$(basename "$(dirname "$library")")
    mkdir -p "$work/jni/$abi"
    cp "$library" "$work/jni/$abi/"
done
bash "$here/../check-alignment.sh" "$work"/jni/*/libtiprdc_mobile.so
mkdir -p "$(dirname "$out")"
rm -f "$out"
jar --create --no-manifest --file "$out" -C "$work" .
