#!/usr/bin/env bash
# Compiles the Kotlin package without Gradle: compile.sh OUT. Leaves OUT/classes and OUT/tiprdc.jar, which brings the library of
# this machine with it. Sourced by scripts/kotlin.sh and scripts/build-aar.sh after tools.sh.
set -euo pipefail

# compile_package OUT: generates, compiles.
compile_package() {
    local out=$1 here=bindings-mobile/kotlin
    bash bindings-mobile/generate.sh kotlin "$out/generated"
    rm -rf "$out/classes"
    # Generated code first and alone: the package is compiled with stricter rules than its generator keeps.
    kotlinc "$out/classes" "$jna:$coroutines" -nowarn -module-name tiprdc-internal "$out/generated"
    kotlinc "$out/classes" "$out/classes:$jna:$coroutines" -Werror -Xexplicit-api=strict -module-name tiprdc \
        "$here/tiprdc/src/main/kotlin"
}

# pack_jar OUT LIBRARY: OUT/tiprdc.jar, with the library where JNA looks for it.
pack_jar() {
    local out=$1 library=$2 platform
    platform=$(java -cp "$jna:bindings-mobile/kotlin/tiprdc/src/pack" bindings-mobile/kotlin/tiprdc/src/pack/Platform.java)
    rm -rf "$out/jar"
    mkdir -p "$out/jar/$platform" "$out/jar/META-INF"
    cp -r "$out/classes/." "$out/jar"
    strip --strip-unneeded -o "$out/jar/$platform/libtiprdc_mobile.so" "$library"
    cp LICENSE-* "$out/jar/META-INF"
    jar --create --file "$out/tiprdc.jar" -C "$out/jar" .
}
