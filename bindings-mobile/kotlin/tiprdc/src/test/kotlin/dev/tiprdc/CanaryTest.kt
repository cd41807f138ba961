package dev.tiprdc

import org.junit.Test
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** No message, and nothing that a careless log line would print, holds user data. */
internal class CanaryTest {
    private val number = 48151.62f
    private val text = "canary-4815162342"

    private fun assertClean(what: String?) {
        checkNotNull(what) { "there is nothing to look at" }
        for (canary in listOf("48151", "4815162342", "canary")) {
            assertFalse(what.contains(canary), "holds user data: $what")
        }
    }

    private fun assertCleanFailure(call: () -> Unit) {
        val error = assertFailsWith<TiprdcException> { call() }
        assertClean(error.message)
        assertClean(error.toString())
        assertClean(error.stackTraceToString())
    }

    @Test
    fun `numbers stay out of messages`() = Testdata.encoder("series").use { encoder ->
        val (channels, steps) = encoder.info.inputShape
        val window = FloatArray(channels * steps) { number }
        assertCleanFailure { encoder.encode(window, channels, steps - 1) }
        assertCleanFailure { encoder.encode(window.also { it[1] = Float.NaN }, channels, steps) }
        assertCleanFailure { encoder.encodeBatch(listOf(Input.series(window, channels, steps))) }
        assertCleanFailure { encoder.encode(Input.tensor(window, window.size)) }
        assertClean(Input.series(window, channels, steps).toString())
    }

    @Test
    fun `texts stay out of messages`() = Testdata.encoder("record").use { encoder ->
        assertCleanFailure { encoder.encode(mapOf("no such field" to text)) }
        assertCleanFailure { encoder.encode(mapOf("no such field" to listOf(text))) }
        assertClean(Input.record("no such field" to text).toString())
    }

    @Test
    fun `features and secrets stay out of logs`() = Testdata.encoder("series").use { encoder ->
        val (channels, steps) = encoder.info.inputShape
        val features = encoder.encode(FloatArray(channels * steps) { number }, channels, steps)
        val shown = features.toString()
        assertTrue(shown.contains("shape"))
        for (value in features.toFloatArray()) assertFalse(value.toString().length > 4 && shown.contains(value.toString()))
        val secret = ByteArray(32) { 77 }
        assertFalse(EncoderOptions(memo = secret).toString().contains("77"))
    }

    @Test
    fun `bytes of files stay out of messages`() {
        assertCleanFailure { Encoder.fromBytes(text.toByteArray()) }
        assertCleanFailure { Features.fromBytes(text.toByteArray()) }
        assertCleanFailure { SubstituteTable.fromBytes(text.toByteArray()) }
    }
}
