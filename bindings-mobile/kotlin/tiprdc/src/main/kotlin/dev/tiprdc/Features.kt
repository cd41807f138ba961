package dev.tiprdc

import dev.tiprdc.internal.Header
import dev.tiprdc.internal.featuresHeader
import dev.tiprdc.internal.featuresIndices
import dev.tiprdc.internal.featuresValues
import java.nio.ByteBuffer

/**
 * Features of one or more records: what leaves the device.
 *
 * Immutable; any thread may use them, and there is nothing to close. They hold the bytes of their file and decode the numbers
 * when asked. They reduce what an attacker can learn of the private attribute, but they are personal data still.
 */
public class Features internal constructor(private val file: ByteBuffer, header: Header) {
    /** `[records, ...]`; of a substitute release `[records, 1]`. */
    public val shape: List<Int> = header.shape.map(Long::toInt)

    /** Number of records. */
    public val rows: Int get() = shape[0]

    /** SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them. */
    public val encoder: String = header.encoder

    /** `exact`, `gaussian`, `laplace` or `substitute`, or empty if no encoder made them. */
    public val release: String = header.release

    /** Element type in the file: `f32`, `f16` or `int8`. Indices of substitutes are none of these, and called `f32`. */
    public val dtype: String = header.dtype

    /** SHA-256 of the substitute table that [indices] are resolved with; null if these are no indices. */
    public val table: String? = header.table

    /** The index of each record's substitute; null if the release is another one. */
    public val indices: List<Int>? by lazy { file.held { calling { featuresIndices(it) } } }

    /** The numbers, row-major: decoded at every call, and the caller's own. */
    public fun toFloatArray(): FloatArray {
        val numbers = FloatArray(shape.fold(1) { product, axis -> product * axis })
        val memory = direct(numbers.size.toLong() * Float.SIZE_BYTES)
        if (numbers.isNotEmpty()) {
            memory.held {
                file.held { calling { featuresValues(it, memory.address, memory.capacity().toULong()) } }
                memory.asFloatBuffer().get(numbers)
            }
        }
        return numbers
    }

    /** The features file, to be uploaded or stored: safetensors with one tensor `features`; any language reads it. */
    public fun toBytes(): ByteArray = ByteArray(file.capacity()).also { asByteBuffer().get(it) }

    /** The features file, read-only and without a copy, for channels and HTTP clients that take a [ByteBuffer]. */
    public fun asByteBuffer(): ByteBuffer = file.asReadOnlyBuffer()

    /** The file, for calls of this package. */
    internal fun <T> memory(call: (ByteBuffer) -> T): T = file.held(call)

    /** Says the shape only: features are personal data, and this ends up in logs. */
    override fun toString(): String = "Features(shape=$shape, release=$release)"

    public companion object {
        /**
         * Reads what [toBytes], or a safetensors library, wrote.
         *
         * @throws TiprdcException.FeaturesMalformed if it is damaged or not a features file.
         */
        @JvmStatic
        public fun fromBytes(bytes: ByteArray): Features {
            val file = direct(bytes)
            return Features(file, file.held { calling { featuresHeader(it) } })
        }
    }
}
