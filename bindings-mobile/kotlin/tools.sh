#!/usr/bin/env bash
# What the Kotlin package is compiled and tested with; sourced, it sets class paths and defines what is below. Nothing is looked
# for or installed before `kotlin_tools` is called.
#
# As root on Debian that installs JDK 17, JNA, Gson and JUnit from Debian, and anywhere the compiler from npm into
# ${TIPRDC_CACHE:-~/.cache/tiprdc-ci}/kotlin (94 MB, once). TIPRDC_KOTLIN_JARS names a folder with jna.jar and, for tests,
# gson.jar, junit4.jar and hamcrest.jar, where they are elsewhere than in Debian.
kotlin_version=2.4.20
# The oldest Kotlin that may use the package: the compiler takes no older one without a warning. The Gradle files and poms say it, too.
kotlin_oldest=2.2
kotlin_cache=${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/kotlin
kotlin_home=$kotlin_cache/$kotlin_version/node_modules/kotlin-compiler
kotlin_lib=$kotlin_home/lib
jars=${TIPRDC_KOTLIN_JARS:-/usr/share/java}

stdlib=$kotlin_lib/kotlin-stdlib.jar
coroutines=$kotlin_lib/kotlinx-coroutines-core-jvm.jar
jna=$jars/jna.jar
test_jars=$kotlin_lib/kotlin-test.jar:$kotlin_lib/kotlin-test-junit.jar:$jars/junit4.jar:$jars/hamcrest.jar:$jars/gson.jar

# kotlin_missing compile|test: what is not there, a line each; the last word names Debian's package of it.
kotlin_missing() {
    has_jdk || echo "a JDK, 17 or newer, with javac and jar on the PATH; Debian: openjdk-17-jdk-headless"
    [ -f "$kotlin_home/.complete" ] || command -v npm >/dev/null || echo "npm, which fetches the Kotlin compiler; Debian: npm"
    has_jar jna libjna-java
    [ "$1" = test ] || return 0
    # gson: JSON of the shared vectors, in one jar without dependencies.
    has_jar gson libgoogle-gson-java
    has_jar junit4 junit4
    has_jar hamcrest libhamcrest-java
    command -v readelf >/dev/null || echo "readelf and strip; Debian: binutils"
}

has_jdk() {
    local version
    version=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 17 ] && command -v jar >/dev/null
}

has_jar() {
    [ -e "$jars/$1.jar" ] || echo "$1.jar in $jars, or in the folder that TIPRDC_KOTLIN_JARS names; Debian: $2"
}

# kotlin_tools compile|test: installs what is missing, or says what is and ends.
kotlin_tools() {
    local missing
    missing=$(kotlin_missing "$1")
    if [ -n "$missing" ]; then
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            echo "kotlin: these are missing:" >&2
            sed 's/^/- /' <<<"$missing" >&2
            exit 2
        fi
        apt-get update -q >&2
        # Unquoted: these are words.
        apt-get install -q -y --no-install-recommends $(sed 's/.* //' <<<"$missing") >&2
    fi
    if [ ! -f "$kotlin_home/.complete" ]; then
        npm install --silent --ignore-scripts --no-save --prefix "$kotlin_cache/$kotlin_version" "kotlin-compiler@$kotlin_version" >&2
        touch "$kotlin_home/.complete"
    fi
}

# kotlinc FOLDER CLASSPATH ARGUMENT...: compiles into FOLDER, for the oldest Kotlin, and against the classes of Java 8: Android 7 has
# no newer ones, and newer compilers would bind, say, ByteBuffer.flip() to a method that is not there.
kotlinc() {
    local folder=$1 classpath=$2 compiler
    shift 2
    compiler=$(printf "$kotlin_lib/%s.jar:" kotlin-compiler kotlin-stdlib kotlin-script-runtime kotlin-reflect \
        kotlinx-coroutines-core-jvm annotations-13.0 kotlin-daemon-client)
    java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$compiler" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler \
        -kotlin-home "$kotlin_home" -no-reflect -language-version "$kotlin_oldest" -api-version "$kotlin_oldest" \
        -jvm-target 1.8 -Xjdk-release=1.8 -cp "$classpath" -d "$folder" "$@"
}
