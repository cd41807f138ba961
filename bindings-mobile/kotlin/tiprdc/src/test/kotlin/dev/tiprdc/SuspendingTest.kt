package dev.tiprdc

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.junit.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

internal class SuspendingTest {
    private val file = Testdata.encoderFile("series")

    @Test
    fun `many coroutines on one encoder`() = runBlocking {
        Encoder.openSuspending(file).use { encoder ->
            val (channels, steps) = encoder.info.inputShape
            val input = Input.series(FloatArray(channels * steps) { it / 10f }, channels, steps)
            val expected = encoder.encode(input).toFloatArray()
            val found = (0 until 100).map { async { encoder.encodeSuspending(input) } }.awaitAll()
            for (features in found) assertContentEquals(expected, features.toFloatArray())
            assertEquals(3, encoder.encodeBatchSuspending(listOf(input, input, input)).rows)
        }
    }

    @Test
    fun `errors come through as they are`() = runBlocking<Unit> {
        Encoder.openSuspending(file).use { encoder ->
            assertFailsWith<TiprdcException.InputShape> { encoder.encodeSuspending(Input.series(FloatArray(1), 1, 2)) }
        }
        assertFailsWith<TiprdcException.FileUnreadable> { Encoder.openSuspending(file.resolveSibling("absent.onnx")) }
    }
}
