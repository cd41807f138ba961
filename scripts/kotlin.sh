#!/usr/bin/env bash
# Compiles the Kotlin package, its Android part against stand-ins, the code of its guide, its tests and its example; runs the tests
# on this machine's JVM.
#
#     cargo build --release --workspace && bash scripts/kotlin.sh
#     cargo build --release --workspace --example overhead && bash scripts/kotlin.sh bench
#
# Installs what it needs on Debian as root: see bindings-mobile/kotlin/tools.sh. With `bench` it measures instead of testing.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
out=$target/kotlin
here=bindings-mobile/kotlin
mkdir -p "$out"
source $here/tools.sh
source $here/compile.sh
kotlin_tools test

step() { echo "kotlin: $*"; }

step "the package"
compile_package "$out"
library=$target/release/libtiprdc_mobile.so
bash bindings-mobile/check-alignment.sh "$library"
pack_jar "$out" "$library"
# From here on the package is the jar, as an app has it; the library comes out of it.
classpath=$out/tiprdc.jar:$jna:$coroutines:$stdlib

if [ "${1:-}" = bench ]; then
    kotlinc "$out/bench" "$classpath" -Werror $here/bench
    source bindings-mobile/overhead.sh
    compare env "$target/release/examples/overhead" "java -cp $out/bench:$classpath BenchKt" "$out/overhead.onnx"
    exit
fi

step "the Android part, against stand-ins for Android's classes"
rm -rf "$out/stubs" "$out/android" "$out/outside" "$out/tests" "$out/example"
javac -d "$out/stubs" $(find $here/android/src/test/stubs -name '*.java')
kotlinc "$out/android" "$out/stubs:$classpath" -Werror -Xexplicit-api=strict -Xfriend-paths="$out/tiprdc.jar" \
    -module-name tiprdc-android $here/android/src/main/kotlin

step "the benchmark and the code of the guide, as apps see the package"
mkdir -p "$out/outside"
{
    printf 'import %s\n' android.content.Context android.graphics.Bitmap
    bash bindings-mobile/guide.sh kotlin docs/guide/android.md \
        'suspend fun guide(context: Context, bitmap: Bitmap, pixels: ByteArray, width: Int, height: Int, upload: (ByteArray) -> Unit) {'
} >"$out/outside/Guide.kt"
# Its first program runs, too, with the assets that it names.
{
    printf 'import %s\n' android.content.Context android.content.res.AssetManager java.io.File kotlinx.coroutines.runBlocking
    bash bindings-mobile/guide.sh kotlin docs/guide/android.md 'suspend fun first(context: Context, upload: (ByteArray) -> Unit) {' 1
    printf 'fun main(folder: Array<String>) {\n    var sent = 0\n'
    printf '    runBlocking { first(Context(AssetManager(File(folder[0])))) { sent = it.size } }\n'
    printf '    check(sent > 2048) { "the first program of the guide sent $sent bytes" }\n}\n'
} >"$out/outside/First.kt"
kotlinc "$out/outside" "$out/android:$out/stubs:$classpath" -Werror $here/bench "$out/outside/Guide.kt" "$out/outside/First.kt"
java -cp "$out/outside:$out/android:$out/stubs:$classpath" FirstKt examples >/dev/null

step "tests"
kotlinc "$out/tests" "$out/android:$out/stubs:$classpath:$test_jars" -Werror \
    -Xfriend-paths="$out/tiprdc.jar,$out/android" $here/tiprdc/src/test/kotlin $here/android/src/test/kotlin
# Little direct memory, so that the test of forgotten features fills it quickly.
java -Xmx128m -XX:MaxDirectMemorySize=24m -Dtiprdc.testdata="$PWD/testdata" -cp "$out/tests:$out/android:$out/stubs:$classpath:$test_jars" \
    org.junit.runner.JUnitCore \
    $(cd "$out/tests" && find . -name '*Test.class' | sed 's|^\./||; s|\.class$||; s|/|.|g' | sort)
bash $here/test_aar.sh "$out"

step "the example"
bash examples/kotlin/run.sh "$out/features.safetensors"
bash scripts/same_features.sh "$out/features.safetensors"
