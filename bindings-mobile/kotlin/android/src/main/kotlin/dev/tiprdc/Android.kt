package dev.tiprdc

import android.content.Context
import android.graphics.Bitmap
import java.io.IOException
import java.nio.ByteBuffer

/**
 * Loads an encoder from the app's assets: `Encoder.fromAsset(context, "motion-gender.onnx")`.
 *
 * Reads and checks the whole file: not on the main thread; [fromAssetSuspending] moves it away.
 *
 * @throws TiprdcException.FileUnreadable if there is no such asset, and what [Encoder.fromBytes] throws.
 */
public fun Encoder.Companion.fromAsset(
    context: Context,
    name: String,
    options: EncoderOptions = EncoderOptions(),
): Encoder {
    val bytes = try {
        context.assets.open(name).use { it.readBytes() }
    } catch (_: IOException) {
        throw TiprdcException.FileUnreadable("cannot read the asset $name")
    }
    return fromBytes(bytes, options)
}

/** Encodes a photo, on the calling thread; [encodeSuspending] moves it away. See [Encoder.encode]. */
public fun Encoder.encode(bitmap: Bitmap): Features = encode(Input.bitmap(bitmap))

/**
 * A photo. The pixels are copied now, on the calling thread: the bitmap may be recycled or drawn on afterwards.
 *
 * Any configuration will do; what is not `ARGB_8888` is converted first. Android multiplies colours by alpha: where a bitmap
 * is transparent, its pixels are dark.
 *
 * @throws TiprdcException.Argument if the bitmap is recycled, or there is no memory for a converted one.
 */
public fun Input.Companion.bitmap(bitmap: Bitmap): Input {
    if (bitmap.isRecycled) {
        throw TiprdcException.Argument("the bitmap is recycled")
    }
    val plain = if (bitmap.isPlain()) bitmap else bitmap.copy(Bitmap.Config.ARGB_8888, false)
    val source = plain ?: throw TiprdcException.Argument("the bitmap cannot be converted to ARGB_8888")
    val pixels = ByteBuffer.allocateDirect(source.rowBytes * source.height)
    source.copyPixelsToBuffer(pixels)
    pixels.ready()
    return image(pixels, PixelFormat.RGBA8, source.width, source.height).also {
        if (source !== bitmap) source.recycle()
    }
}

/** Whether the pixels are RGBA in memory, without padding between rows. */
private fun Bitmap.isPlain(): Boolean = config == Bitmap.Config.ARGB_8888 && rowBytes == width * 4
