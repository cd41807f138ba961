#!/usr/bin/env bash
# Finds or installs what the Kotlin package is compiled and tested with; sourced, it sets `kotlinc`, `java` and class paths.
#
# As root on Debian it installs JDK 17, JNA, Gson and JUnit from Debian, and the compiler from npm into
# ${TIPRDC_CACHE:-~/.cache/tiprdc-ci}/kotlin (94 MB, once). Elsewhere, TIPRDC_KOTLIN_JARS names a folder with jna.jar, gson.jar,
# junit4.jar and hamcrest.jar.
kotlin_version=2.4.20
kotlin_cache=${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/kotlin
jars=${TIPRDC_KOTLIN_JARS:-/usr/share/java}

kotlin_fail() { echo "kotlin: $*" >&2; exit 2; }

install_debian() {
    # gson: JSON of the shared vectors, in one jar without dependencies.
    local packages=() wanted
    for wanted in jna.jar:libjna-java gson.jar:libgoogle-gson-java junit4.jar:junit4 hamcrest.jar:libhamcrest-java; do
        [ -e "$jars/${wanted%%:*}" ] || packages+=("${wanted##*:}")
    done
    { command -v javac && command -v jar; } >/dev/null || packages+=(openjdk-17-jdk-headless)
    command -v npm >/dev/null || packages+=(npm)
    command -v readelf >/dev/null || packages+=(binutils)
    [ ${#packages[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || kotlin_fail "these are missing: ${packages[*]}"
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${packages[@]}"
}

install_debian >&2
kotlin_home=$kotlin_cache/$kotlin_version/node_modules/kotlin-compiler
if [ ! -f "$kotlin_home/.complete" ]; then
    npm install --silent --ignore-scripts --no-save --prefix "$kotlin_cache/$kotlin_version" "kotlin-compiler@$kotlin_version" >&2
    touch "$kotlin_home/.complete"
fi

kotlin_lib=$kotlin_home/lib
stdlib=$kotlin_lib/kotlin-stdlib.jar
coroutines=$kotlin_lib/kotlinx-coroutines-core-jvm.jar
jna=$jars/jna.jar
test_jars=$kotlin_lib/kotlin-test.jar:$kotlin_lib/kotlin-test-junit.jar:$jars/junit4.jar:$jars/hamcrest.jar:$jars/gson.jar

# kotlinc FOLDER CLASSPATH ARGUMENT...: compiles into FOLDER, against the classes of Java 8: Android 7 has no newer ones, and newer
# compilers would bind, say, ByteBuffer.flip() to a method that is not there.
kotlinc() {
    local folder=$1 classpath=$2 compiler
    shift 2
    compiler=$(printf "$kotlin_lib/%s.jar:" kotlin-compiler kotlin-stdlib kotlin-script-runtime kotlin-reflect \
        kotlinx-coroutines-core-jvm annotations-13.0 kotlin-daemon-client)
    java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$compiler" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler \
        -kotlin-home "$kotlin_home" -no-reflect -jvm-target 1.8 -Xjdk-release=1.8 -cp "$classpath" -d "$folder" "$@"
}
