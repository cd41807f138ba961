#!/usr/bin/env bash
# Compiles the example against the jar that scripts/kotlin.sh made, and runs it: run.sh [OUT.safetensors].
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
out=${1:-$target/kotlin/features.safetensors}
source bindings-mobile/kotlin/tools.sh
kotlin_tools compile
[ -f "$target/kotlin/tiprdc.jar" ] || { echo "example: run scripts/kotlin.sh first" >&2; exit 2; }
classpath=$target/kotlin/tiprdc.jar:$jna:$coroutines:$stdlib
kotlinc "$target/kotlin/example" "$classpath" -Werror examples/kotlin/Main.kt
java -cp "$target/kotlin/example:$classpath" MainKt \
    examples/motion-gender.onnx testdata/example/recording.csv "$out"
