package dev.tiprdc

import dev.tiprdc.internal.RawEncoder
import java.io.File
import dev.tiprdc.internal.EncoderInfo as RawInfo
import dev.tiprdc.internal.Options as RawOptions

/**
 * A loaded encoder: raw input in, features out.
 *
 * ```
 * Encoder.open("motion-gender.onnx").use { encoder ->
 *     val features = encoder.encode(window, channels = 6, steps = 128)
 *     upload(features.toBytes())
 * }
 * ```
 *
 * Any number of threads may use one encoder at once. Calls run on the thread that makes them and take milliseconds or more: not
 * on Android's main thread; `encodeSuspending` moves them away from it. Closing frees the network, once calls that are under
 * way are over; a closed encoder throws [TiprdcException.Argument]. One that is never closed is freed some time after it is
 * forgotten.
 *
 * An encoder reduces measured leakage of the attributes that its manifest names; nothing else is hidden. Read the audit.
 */
public class Encoder private constructor(private val raw: RawEncoder) : AutoCloseable {
    private val rawInfo: RawInfo = calling { raw.info() }

    /** What the encoder says of itself; readable after [close], too. */
    public val info: EncoderInfo = EncoderInfo.of(rawInfo)

    /**
     * Encodes one record, on the calling thread; the features have shape `[1, outputShape...]`.
     *
     * A random release draws anew at every call, and each draw spends the manifest's epsilon again, unless the encoder was
     * opened with [EncoderOptions.memo].
     *
     * @throws TiprdcException.InputKind and the other kinds from 200 to 299 for an input that the encoder does not take.
     * @throws TiprdcException.FeaturesNotFinite if the network gave NaN or an infinite number and the release is exact.
     */
    public fun encode(input: Input): Features = delivered(capacity(1)) { address, capacity ->
        when (input) {
            is Input.Series -> direct(input.data).held {
                raw.encodeSeries(it, input.channels, input.steps, address, capacity)
            }
            is Input.Tensor -> direct(input.data).held { raw.encodeTensor(it, input.shape, address, capacity) }
            is Input.Image -> direct(input.pixels).held {
                raw.encodeImage(it, input.order, input.width, input.height, address, capacity)
            }
            is Input.Record -> raw.encodeRecord(input.fields, address, capacity)
        }
    }

    /** Encodes a window of a series, row-major `[channels, steps]`; see [encode]. */
    public fun encode(series: FloatArray, channels: Int, steps: Int): Features =
        encode(Input.series(series, channels, steps))

    /** Encodes an image, rows from the top, without padding; see [encode]. */
    public fun encode(pixels: ByteArray, format: PixelFormat, width: Int, height: Int): Features =
        encode(Input.image(pixels, format, width, height))

    /** Encodes a record of named fields: numbers, texts, and null for what is not known; see [encode]. */
    public fun encode(record: Map<String, Any?>): Features = encode(Input.record(record))

    /**
     * Encodes many records in parallel, one row each; the features have shape `[inputs, outputShape...]`.
     *
     * @param threads 0 is one per core; null is what the encoder was opened with.
     * @throws TiprdcException as [encode], with the number of the first record that failed; then nothing is returned.
     */
    @JvmOverloads
    public fun encodeBatch(inputs: List<Input>, threads: Int? = null): Features {
        val bytes = direct(inputs.sumOf { it.length })
        inputs.forEach { it.appendTo(bytes) }
        bytes.ready()
        return delivered(capacity(inputs.size)) { address, capacity ->
            bytes.held { raw.encodeBatch(inputs.map(Input::described), it, threads, address, capacity) }
        }
    }

    /**
     * Cuts timestamped events of one sensor or several into windows that this encoder takes, at its rate.
     *
     * The axes of the first sensor are the first channels. Values between two events are interpolated linearly, and nothing is
     * extrapolated; windows begin [stride] samples apart, and a rest that fills none is left out. Fewer events than a window are
     * an empty list.
     *
     * @throws TiprdcException.InputShape if the sensors have not as many axes together as the encoder has channels, times do not
     * rise, or events lie more than three samples of the encoder apart: cut the recording there.
     * @throws TiprdcException.InputKind if this encoder takes no series.
     */
    public fun windows(sensors: List<SensorEvents>, stride: Int): List<Input> {
        val described = sensors.map(SensorEvents::described)
        val bytes = direct(sensors.sumOf { it.length })
        // Small numbers keep their nanoseconds: the clock may have run for months.
        val origin = sensors.mapNotNull { it.timestamps.firstOrNull() }.minOrNull() ?: 0L
        sensors.forEach { it.appendTo(bytes, origin) }
        bytes.ready()
        return bytes.held { input ->
            val count = calling { raw.countWindows(described, input, stride) }
            val (channels, steps) = info.inputShape
            val numbers = direct(count * channels * steps * Float.SIZE_BYTES)
            numbers.held { calling { raw.windows(described, input, stride, it.address, it.capacity().toULong()) } }
            val floats = numbers.asFloatBuffer()
            List(count.toInt()) { Input.series(FloatArray(channels * steps).also(floats::get), channels, steps) }
        }
    }

    /** Frees the encoder, once calls that are under way in other threads are over. Closing twice does nothing. */
    override fun close(): Unit = raw.close()

    override fun toString(): String = "Encoder(${info.name} ${info.version})"

    private fun capacity(records: Int): Long = rawInfo.fileOverhead + records * rawInfo.fileRow

    public companion object {
        /**
         * Loads an encoder from a file.
         *
         * @throws TiprdcException.FileUnreadable if there is no such file, and what [fromBytes] throws.
         */
        @JvmStatic
        @JvmOverloads
        public fun open(path: String, options: EncoderOptions = EncoderOptions()): Encoder =
            Encoder(calling { RawEncoder.open(path, options.raw()) })

        /** Loads an encoder from a file. */
        @JvmStatic
        @JvmOverloads
        public fun open(file: File, options: EncoderOptions = EncoderOptions()): Encoder = open(file.path, options)

        /**
         * Loads an encoder from memory; the bytes are not kept.
         *
         * @throws TiprdcException.ModelMalformed and the other kinds from 101 to 199 if it is no encoder.
         * @throws TiprdcException.Argument for options that make no sense.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromBytes(bytes: ByteArray, options: EncoderOptions = EncoderOptions()): Encoder =
            Encoder(direct(bytes).held { calling { RawEncoder.fromBytes(it, options.raw()) } })

        private fun EncoderOptions.raw(): RawOptions = RawOptions(maxBytes, maxWork, threads, memo)
    }
}
