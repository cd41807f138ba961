package dev.tiprdc

import android.content.Context
import android.content.res.AssetManager
import android.graphics.Bitmap
import org.junit.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse

/** The Android-only functions, against stand-ins for the few classes of Android that they use. */
internal class AndroidTest {
    private val encoder = Testdata.encoder("image")
    private val width = 5
    private val height = 4
    private val rgba = ByteArray(width * height * 4) { if (it % 4 == 3) -1 else (it * 37).toByte() }
    private val expected = encoder.encode(rgba, PixelFormat.RGBA8, width, height).toFloatArray()

    @Test
    fun `an asset is an encoder`() {
        val file = Testdata.encoderFile("image")
        val context = Context(AssetManager(file.parentFile))
        Encoder.fromAsset(context, file.name).use { assertEquals(encoder.info.digest, it.info.digest) }
        assertFailsWith<TiprdcException.FileUnreadable> { Encoder.fromAsset(context, "absent.onnx") }
        assertFailsWith<TiprdcException.ModelTooLarge> { Encoder.fromAsset(context, file.name, EncoderOptions(maxBytes = 10)) }
    }

    @Test
    fun `a bitmap is encoded as its pixels are`() {
        val bitmap = Bitmap(width, height, Bitmap.Config.ARGB_8888, width * 4, rgba)
        assertContentEquals(expected, encoder.encode(bitmap).toFloatArray())
        val input = Input.bitmap(bitmap)
        bitmap.recycle()
        assertContentEquals(expected, encoder.encode(input).toFloatArray(), "the pixels were not copied")
    }

    @Test
    fun `padding between rows is left out`() {
        val rowBytes = width * 4 + 12
        val padded = ByteArray(rowBytes * height) { 99 }
        for (y in 0 until height) rgba.copyInto(padded, y * rowBytes, y * width * 4, (y + 1) * width * 4)
        val bitmap = Bitmap(width, height, Bitmap.Config.ARGB_8888, rowBytes, padded)
        assertContentEquals(expected, encoder.encode(bitmap).toFloatArray())
        assertFalse(bitmap.isRecycled, "the caller's bitmap is the caller's")
    }

    @Test
    fun `another configuration is converted`() {
        // White and black are exact in 5 and 6 bits.
        val packed = ByteArray(width * height * 2) { if (it / 2 % 3 == 0) -1 else 0 }
        val plain = ByteArray(width * height * 4) { if (it % 4 == 3 || it / 4 % 3 == 0) -1 else 0 }
        val bitmap = Bitmap(width, height, Bitmap.Config.RGB_565, width * 2, packed)
        assertContentEquals(
            encoder.encode(plain, PixelFormat.RGBA8, width, height).toFloatArray(),
            encoder.encode(bitmap).toFloatArray(),
        )
    }

    @Test
    fun `a recycled bitmap is an argument error`() {
        val bitmap = Bitmap(width, height, Bitmap.Config.ARGB_8888, width * 4, rgba).apply { recycle() }
        assertFailsWith<TiprdcException.Argument> { encoder.encode(bitmap) }
    }
}
