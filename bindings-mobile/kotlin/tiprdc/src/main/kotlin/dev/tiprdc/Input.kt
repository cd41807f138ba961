package dev.tiprdc

import dev.tiprdc.internal.PixelOrder
import dev.tiprdc.internal.RawField
import dev.tiprdc.internal.RawInput
import dev.tiprdc.internal.RawValue
import java.nio.ByteBuffer

/**
 * One record as an app has it: a window of a series, an image, a record of fields, or a ready tensor.
 *
 * Nothing is copied until it is encoded: do not change the arrays before. Whether it is what an encoder takes is checked when
 * it is encoded.
 */
public sealed class Input {
    internal class Series(val data: FloatArray, val channels: Int, val steps: Int) : Input()

    internal class Tensor(val data: FloatArray, val shape: List<Int>) : Input()

    internal class Image(val pixels: ByteBuffer, val order: PixelOrder, val width: Int, val height: Int) : Input()

    internal class Record(val fields: List<RawField>) : Input()

    /** What a batch is told of this record, apart from its bytes. */
    internal fun described(): RawInput = when (this) {
        is Series -> RawInput.Series(channels, steps, length)
        is Tensor -> RawInput.Tensor(shape, length)
        is Image -> RawInput.Image(order, width, height, length)
        is Record -> RawInput.Record(fields)
    }

    /** Bytes of this record's numbers or pixels. */
    internal val length: Long
        get() = when (this) {
            is Series -> data.size.toLong() * Float.SIZE_BYTES
            is Tensor -> data.size.toLong() * Float.SIZE_BYTES
            is Image -> pixels.remaining().toLong()
            is Record -> 0
        }

    /** Appends this record's numbers or pixels. */
    internal fun appendTo(memory: ByteBuffer): Unit = when (this) {
        is Series -> append(data, memory)
        is Tensor -> append(data, memory)
        is Image -> memory.put(pixels.duplicate()).let {}
        is Record -> {}
    }

    private fun append(numbers: FloatArray, memory: ByteBuffer) {
        memory.asFloatBuffer().put(numbers)
        memory.moveTo(memory.position() + numbers.size * Float.SIZE_BYTES)
    }

    /** Says the kind only: an input is private, and this ends up in logs. */
    override fun toString(): String = "Input(${this::class.simpleName?.lowercase()})"

    public companion object {
        /** A window of a series; [data] is row-major `[channels, steps]`: all steps of the first channel come first. */
        @JvmStatic
        public fun series(data: FloatArray, channels: Int, steps: Int): Input = Series(data, channels, steps)

        /** A tensor that you preprocessed; [data] is row-major, [shape] is without an axis of records. */
        @JvmStatic
        public fun tensor(data: FloatArray, vararg shape: Int): Input = Tensor(data, shape.toList())

        /** An image; [pixels] has rows from the top, without padding. */
        @JvmStatic
        public fun image(pixels: ByteArray, format: PixelFormat, width: Int, height: Int): Input =
            Image(ByteBuffer.wrap(pixels), format.order(), width, height)

        /** An image: what remains of [pixels]. A direct buffer is encoded without a copy. */
        @JvmStatic
        public fun image(pixels: ByteBuffer, format: PixelFormat, width: Int, height: Int): Input =
            Image(pixels.slice(), format.order(), width, height)

        /**
         * A record of named fields, in any order: a [Number], a [CharSequence], a [Boolean], or null for what is not known.
         *
         * @throws TiprdcException.Argument for a value of another type.
         */
        @JvmStatic
        public fun record(fields: Map<String, Any?>): Input = Record(fields.map { (name, value) -> field(name, value) })

        /** The same, from pairs: `Input.record("age" to 39, "work" to "state", "city" to null)`. */
        @JvmStatic
        public fun record(vararg fields: Pair<String, Any?>): Input = Record(fields.map { (name, value) -> field(name, value) })

        private fun field(name: String, value: Any?): RawField = RawField(
            name,
            when (value) {
                null -> RawValue.Missing
                is Boolean -> RawValue.Boolean(value)
                is Number -> RawValue.Number(value.toFloat())
                is CharSequence -> RawValue.Text(value.toString())
                // Neither the value nor its field: the field's name may be the user's, too.
                else -> throw TiprdcException.Argument("a field holds a number, a text, a boolean or null")
            },
        )

        private fun PixelFormat.order(): PixelOrder = when (this) {
            PixelFormat.RGB8 -> PixelOrder.RGB8
            PixelFormat.RGBA8 -> PixelOrder.RGBA8
            PixelFormat.BGRA8 -> PixelOrder.BGRA8
            PixelFormat.GRAY8 -> PixelOrder.GRAY8
        }
    }
}
