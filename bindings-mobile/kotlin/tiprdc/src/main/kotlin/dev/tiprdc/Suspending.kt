package dev.tiprdc

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

// Extensions in a file of their own: apps without kotlinx-coroutines use the rest of the package all the same.

/** [Encoder.open], away from the calling thread. */
public suspend fun Encoder.Companion.openSuspending(
    file: File,
    options: EncoderOptions = EncoderOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Encoder = withContext(dispatcher) { open(file, options) }

/**
 * [Encoder.encode], away from the calling thread: safe to call from Android's main thread.
 *
 * A record that is being encoded is encoded to its end, even if the coroutine is cancelled; its features are then dropped.
 */
public suspend fun Encoder.encodeSuspending(
    input: Input,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Features = withContext(dispatcher) { encode(input) }

/** [Encoder.encodeBatch], away from the calling thread. */
public suspend fun Encoder.encodeBatchSuspending(
    inputs: List<Input>,
    threads: Int? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Features = withContext(dispatcher) { encodeBatch(inputs, threads) }
