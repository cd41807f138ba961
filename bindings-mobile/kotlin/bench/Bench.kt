import dev.tiprdc.Encoder
import java.nio.ByteBuffer
import kotlin.system.measureNanoTime

private const val CHANNELS = 6
private const val STEPS = 2048
private const val CALLS = 20_000

/**
 * The median of a call with 48 KiB in and 128 KiB out, in microseconds; `scripts/kotlin.sh bench` compares it with Rust's own.
 *
 * The first argument is the encoder that `core/examples/overhead.rs` writes.
 */
fun main(arguments: Array<String>) {
    val window = FloatArray(CHANNELS * STEPS) { (it % 11).toFloat() }
    Encoder.open(arguments[0]).use { encoder ->
        val features = encoder.encode(window, CHANNELS, STEPS)
        val sink = ByteBuffer.allocate(features.asByteBuffer().capacity())
        report("encode") { encoder.encode(window, CHANNELS, STEPS) }
        report("encode, toBytes") { encoder.encode(window, CHANNELS, STEPS).toBytes() }
        report("encode, toFloatArray") { encoder.encode(window, CHANNELS, STEPS).toFloatArray() }
        report("toFloatArray") { features.toFloatArray() }
        report("toBytes") { features.toBytes() }
        report("asByteBuffer, copied") {
            sink.clear()
            sink.put(features.asByteBuffer())
        }
    }
}

private inline fun report(what: String, crossinline call: () -> Any) {
    // The first calls are interpreted, and then compiled.
    repeat(CALLS / 2) { call() }
    val times = LongArray(CALLS) { measureNanoTime { call() } }.apply { sort() }
    println("%s\t%.1f".format(java.util.Locale.ROOT, what, times[CALLS / 2] / 1e3))
}
