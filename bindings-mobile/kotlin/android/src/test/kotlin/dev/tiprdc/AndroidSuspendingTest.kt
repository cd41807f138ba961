package dev.tiprdc

import android.content.Context
import android.content.res.AssetManager
import android.graphics.Bitmap
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.runBlocking
import org.junit.Test
import kotlin.coroutines.CoroutineContext
import kotlin.io.path.createTempDirectory
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

/** The suspending functions of Android: all that they do, they do where the dispatcher says. */
internal class AndroidSuspendingTest {
    /** A dispatcher that does something first: work that the calling thread did before would not have seen it. */
    private class After(private val first: () -> Unit) : CoroutineDispatcher() {
        override fun dispatch(context: CoroutineContext, block: Runnable) {
            first()
            block.run()
        }
    }

    private val file = Testdata.encoderFile("image")
    private val encoder = Encoder.open(file)

    @Test
    fun `an asset is read where the dispatcher says`() = runBlocking<Unit> {
        val folder = createTempDirectory("assets").toFile()
        val context = Context(AssetManager(folder))
        assertFailsWith<TiprdcException.FileUnreadable> { Encoder.fromAssetSuspending(context, file.name) }
        val late = After { file.copyTo(folder.resolve(file.name)) }
        Encoder.fromAssetSuspending(context, file.name, dispatcher = late).use { assertEquals(encoder.info.digest, it.info.digest) }
        folder.deleteRecursively()
    }

    @Test
    fun `a photo's pixels are copied where the dispatcher says`() = runBlocking<Unit> {
        val pixels = ByteArray(5 * 4 * 4) { (it * 37).toByte() }
        val bitmap = Bitmap(5, 4, Bitmap.Config.ARGB_8888, 5 * 4, pixels)
        assertContentEquals(encoder.encode(bitmap).toFloatArray(), encoder.encodeSuspending(bitmap).toFloatArray())
        assertFailsWith<TiprdcException.Argument>("the pixels were copied before") {
            encoder.encodeSuspending(bitmap, After { bitmap.recycle() })
        }
    }
}
