package dev.tiprdc

import org.junit.Test
import java.nio.ByteBuffer
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** What callers get wrong, and what several threads do at once. */
internal class MisuseTest {
    private val encoder = Testdata.encoder("series")
    private val channels = encoder.info.inputShape[0]
    private val steps = encoder.info.inputShape[1]
    private fun window(seed: Int) = FloatArray(channels * steps) { (it * 7 + seed) % 11 / 11f }

    @Test
    fun `a closed encoder is an argument error and no crash`() {
        encoder.close()
        encoder.close()
        assertFailsWith<TiprdcException.Argument> { encoder.encode(window(0), channels, steps) }
        assertFailsWith<TiprdcException.Argument> { encoder.encodeBatch(listOf(Input.series(window(0), channels, steps))) }
        assertTrue(encoder.info.name.isNotEmpty(), "what was read of it stays readable")
    }

    @Test
    fun `a closed table is an argument error and no crash`() {
        val case = Testdata.vector("resolve")["cases"].asJsonArray.map { it.asJsonObject }.first { it.has("resolved") }
        val features = Features.fromBytes(Testdata.file(case["features"].asString).readBytes())
        val table = SubstituteTable.fromBytes(Testdata.file(case["table"].asString).readBytes())
        assertEquals(features.table, table.digest)
        table.close()
        table.close()
        assertFailsWith<TiprdcException.Argument> { table.resolve(features) }
        assertTrue(table.shape.size >= 2 && table.shape[0] >= 2)
    }

    @Test
    fun `sizes that are negative or do not fit`() {
        assertFailsWith<TiprdcException.Argument> { encoder.encode(window(0), -1, steps) }
        assertFailsWith<TiprdcException.Argument> { encoder.encode(Input.tensor(window(0), -3, -8)) }
        assertFailsWith<TiprdcException.Argument> { encoder.encode(Input.image(ByteArray(3), PixelFormat.RGB8, -1, -1)) }
        assertFailsWith<TiprdcException.Argument> { encoder.encodeBatch(listOf(), threads = -1) }
        assertFailsWith<TiprdcException.InputShape> { encoder.encode(window(0), channels, steps + 1) }
        assertFailsWith<TiprdcException.InputShape> { encoder.encode(window(0), Int.MAX_VALUE, Int.MAX_VALUE) }
        assertFailsWith<TiprdcException.InputShape> { encoder.encode(FloatArray(0), channels, steps) }
        assertFailsWith<TiprdcException.InputShape> { encoder.encode(ByteArray(2), PixelFormat.RGB8, 1, 1) }
        assertFailsWith<TiprdcException.InputKind> { encoder.encode(mapOf("age" to 39)) }
        assertFailsWith<TiprdcException.Argument> { encoder.encode(mapOf("age" to listOf(39))) }
    }

    @Test
    fun `options that make no sense`() {
        val file = Testdata.vectors().first { it.json.has("encoder") }.json["encoder"].asString
        val bytes = Testdata.file(file).readBytes()
        assertFailsWith<TiprdcException.Argument> { Encoder.fromBytes(bytes, EncoderOptions(memo = ByteArray(31))) }
        assertFailsWith<TiprdcException.Argument> { Encoder.fromBytes(bytes, EncoderOptions(threads = -1)) }
        assertFailsWith<TiprdcException.Argument> { Encoder.fromBytes(bytes, EncoderOptions(maxBytes = -1)) }
        assertFailsWith<TiprdcException.Argument> { Encoder.fromBytes(bytes, EncoderOptions(maxWork = -1)) }
        assertFailsWith<TiprdcException.ModelTooLarge> { Encoder.fromBytes(bytes, EncoderOptions(maxWork = 1)) }
        assertFailsWith<TiprdcException.ModelTooLarge> { Encoder.fromBytes(bytes, EncoderOptions(maxBytes = bytes.size - 1L)) }
        Encoder.fromBytes(bytes, EncoderOptions(maxBytes = bytes.size.toLong(), threads = 3, memo = ByteArray(32))).close()
    }

    @Test
    fun `an empty batch has no rows`() {
        val features = encoder.encodeBatch(listOf())
        assertEquals(0, features.rows)
        assertEquals(0, features.toFloatArray().size)
        assertEquals(features.shape, Features.fromBytes(features.toBytes()).shape)
    }

    @Test
    fun `a direct buffer is read from its position`() {
        val image = Testdata.encoder("image")
        val (width, height) = 5 to 4
        val pixels = ByteArray(width * height * 3) { (it * 31).toByte() }
        val buffer = ByteBuffer.allocateDirect(pixels.size + 7)
        buffer.position(7)
        buffer.put(pixels).position(7)
        val expected = image.encode(pixels, PixelFormat.RGB8, width, height).toFloatArray()
        val input = Input.image(buffer, PixelFormat.RGB8, width, height)
        assertContentEquals(expected, image.encode(input).toFloatArray())
        assertContentEquals(expected, image.encodeBatch(listOf(input)).toFloatArray())
        assertEquals(7, buffer.position(), "the caller's buffer is left as it was")
    }

    @Test
    fun `several threads on one encoder give what one thread gives`() {
        val expected = (0 until 16).map { encoder.encode(window(it), channels, steps).toFloatArray() }
        val pool = Executors.newFixedThreadPool(4)
        val tasks = (0 until 400).map { Callable { it % 16 to encoder.encode(window(it % 16), channels, steps).toFloatArray() } }
        for (result in pool.invokeAll(tasks)) {
            val (seed, found) = result.get()
            assertContentEquals(expected[seed], found)
        }
        pool.shutdown()
    }

    @Test
    fun `closing while other threads encode gives features or an argument error`() {
        repeat(8) {
            val shared = Testdata.encoder("series")
            val pool = Executors.newFixedThreadPool(4)
            val encoded = AtomicInteger()
            val refused = AtomicInteger()
            val tasks = (0 until 4).map {
                pool.submit {
                    while (refused.get() < 4) {
                        try {
                            shared.encode(window(it), channels, steps)
                            encoded.incrementAndGet()
                        } catch (_: TiprdcException.Argument) {
                            refused.incrementAndGet()
                        }
                    }
                }
            }
            while (encoded.get() < 8) Thread.yield()
            shared.close()
            tasks.forEach { it.get() }
            pool.shutdown()
        }
    }

    @Test
    fun `features outlive their encoder`() {
        val features = encoder.encode(window(1), channels, steps)
        val before = features.toFloatArray()
        encoder.close()
        assertContentEquals(before, features.toFloatArray())
        assertNull(features.indices)
        assertEquals(encoder.info.digest, Features.fromBytes(features.toBytes()).encoder)
    }

    /** The JVM of the tests has 24 MiB of direct memory (scripts/kotlin.sh): 64 MiB pass only if what is forgotten is freed. */
    @Test
    fun `features forgotten by their thousands do not pile up`() {
        var bytes = 0L
        while (bytes < 64L shl 20) bytes += encoder.encode(window(2), channels, steps).asByteBuffer().capacity() + 4096L
    }
}
