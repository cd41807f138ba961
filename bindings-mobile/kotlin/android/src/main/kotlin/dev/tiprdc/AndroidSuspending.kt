package dev.tiprdc

import android.content.Context
import android.graphics.Bitmap
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

// In a file of their own, as Suspending.kt: apps without kotlinx-coroutines use the rest of the package all the same.

/** [Encoder.fromAsset][fromAsset], away from the calling thread: safe to call from the main thread. */
public suspend fun Encoder.Companion.fromAssetSuspending(
    context: Context,
    name: String,
    options: EncoderOptions = EncoderOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Encoder = withContext(dispatcher) { fromAsset(context, name, options) }

/**
 * Encodes a photo away from the calling thread: safe to call from the main thread.
 *
 * The pixels are copied there, too: leave the bitmap as it is until this returns.
 */
public suspend fun Encoder.encodeSuspending(
    bitmap: Bitmap,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Features = withContext(dispatcher) { encode(bitmap) }
