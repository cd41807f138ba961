import dev.tiprdc.Encoder
import dev.tiprdc.Input
import java.io.File
import kotlin.system.exitProcess

private const val CHANNELS = 6
private const val STEPS = 128
private const val STRIDE = 64

/** Encodes a recording of phone motion, window by window, and writes what may leave the device. */
fun main(arguments: Array<String>) {
    if (arguments.size != 3) {
        System.err.println("usage: MainKt ENCODER.onnx RECORDING.csv FEATURES.safetensors")
        exitProcess(2)
    }
    val (encoderPath, recording, out) = arguments
    Encoder.open(encoderPath).use { encoder ->
        val inputs = windows(read(File(recording))).map { Input.series(it, CHANNELS, STEPS) }
        val features = encoder.encodeBatch(inputs)
        File(out).writeBytes(features.toBytes())
        println("wrote $out: features of shape ${features.shape}")
    }
}

/** Rows of the recording, one sample of all channels each. */
private fun read(file: File): List<List<Float>> =
    file.readLines().drop(1).map { line -> line.split(',').map(String::toFloat) }

/** Overlapping windows, each with all steps of the first channel first. */
private fun windows(rows: List<List<Float>>): List<FloatArray> =
    rows.windowed(STEPS, STRIDE).map { window ->
        FloatArray(CHANNELS * STEPS) { window[it % STEPS][it / STEPS] }
    }
