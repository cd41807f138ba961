#!/usr/bin/env bash
# Packs an .aar with this machine's library in the place of Android's, and checks what is in it: test_aar.sh OUT, after
# scripts/kotlin.sh has compiled everything into OUT.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
source bindings-mobile/kotlin/tools.sh
jni=$out/aar/jni classes=$out/aar/classes
rm -rf "$out/aar"
mkdir -p "$jni/x86_64" "$classes/META-INF"
cp -r "$out/classes/." "$out/android/." "$classes"
cp "$out/jar/"*/libtiprdc_mobile.so "$jni/x86_64/"
bash bindings-mobile/kotlin/pack_aar.sh "$classes" "$jni" "$out/aar/tiprdc.aar"

listed=$(jar --list --file "$out/aar/tiprdc.aar")
for entry in AndroidManifest.xml classes.jar proguard.txt R.txt jni/x86_64/libtiprdc_mobile.so; do
    grep -qx "$entry" <<<"$listed" || { echo "aar: $entry is not in it" >&2; exit 1; }
done
(cd "$out/aar" && jar --extract --file tiprdc.aar classes.jar)
inside=$(jar --list --file "$out/aar/classes.jar")
for entry in dev/tiprdc/Encoder.class dev/tiprdc/AndroidKt.class dev/tiprdc/internal/RawEncoder.class; do
    grep -qx "$entry" <<<"$inside" || { echo "aar: $entry is not in classes.jar" >&2; exit 1; }
done
# The stand-ins for Android's classes must never ship: they would shadow the real ones.
if grep -q '^android/' <<<"$inside"; then echo "aar: stand-ins for Android's classes are in it" >&2; exit 1; fi

# Versions agree between Gradle, Maven and Rust; a library of another version would be refused when it is loaded.
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
for file in bindings-mobile/kotlin/gradle.properties bindings-mobile/kotlin/*/pom.xml; do
    grep -q "version[=>]$version" "$file" || { echo "$file: the version is not $version" >&2; exit 1; }
done
# The classes are for the oldest Kotlin that we name, and everything that names one names that.
javap -v -cp "$out/aar/classes.jar" dev.tiprdc.Encoder | grep -cF "mv=[${kotlin_oldest/./,},0]" >/dev/null ||
    { echo "aar: its classes are not for Kotlin $kotlin_oldest" >&2; exit 1; }
for file in bindings-mobile/kotlin/*/pom.xml bindings-mobile/kotlin/*/build.gradle.kts; do
    grep -q "[>\"]${kotlin_oldest//./\\.}\.0[<\"]" "$file" || { echo "$file: Kotlin is not $kotlin_oldest.0" >&2; exit 1; }
done
grep -q "Kotlin $kotlin_oldest and newer" docs/guide/android.md || { echo "android.md: Kotlin is not $kotlin_oldest" >&2; exit 1; }
# Every class that generated code hands to JNA by name is kept by the rules.
grep -q '^-keep class dev.tiprdc.internal.\*\* { \*; }' bindings-mobile/kotlin/android/consumer-rules.pro
if grep -rlE 'com\.sun\.jna\.(Structure|Library|Callback)' bindings-mobile/kotlin/*/src/main; then
    echo "aar: a class outside dev.tiprdc.internal is bound by name, and no rule keeps it" >&2
    exit 1
fi
echo "aar: what it should hold is in it"
