package dev.tiprdc

import com.sun.jna.Native
import com.sun.jna.Pointer
import dev.tiprdc.internal.Delivered
import dev.tiprdc.internal.Failure
import dev.tiprdc.internal.InternalException
import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.ConcurrentHashMap

/** Runs a call into the library; every way it can fail becomes a [TiprdcException]. */
internal inline fun <T> calling(call: () -> T): T =
    try {
        call()
    } catch (failure: Failure.Kind) {
        throw TiprdcException.of(failure.code, failure.reason)
    } catch (_: IllegalStateException) {
        throw TiprdcException.Argument("the object is closed; nothing can be called on it any more")
    } catch (_: InternalException) {
        // Without the text of a panic: nobody has checked it for user data.
        throw TiprdcException.Internal("a failure inside the library; please report what you called")
    }

// `flip`, `position` and `limit` of Buffer itself: newer class libraries have others of these names in ByteBuffer, and code that
// was compiled against those does not run on Android 7.

internal fun Buffer.ready() {
    flip()
}

internal fun Buffer.moveTo(position: Int) {
    position(position)
}

internal fun Buffer.cutTo(limit: Int) {
    limit(limit)
}

/** Direct memory, which the library reads and writes in place. */
internal fun direct(bytes: Long): ByteBuffer {
    if (bytes > Int.MAX_VALUE) {
        throw TiprdcException.Argument("one call moves at most 2 GiB, this one needs $bytes bytes; encode fewer records at once")
    }
    return ByteBuffer.allocateDirect(bytes.toInt()).order(ByteOrder.nativeOrder())
}

/** A copy in direct memory. */
internal fun direct(bytes: ByteArray): ByteBuffer = direct(bytes.size.toLong()).apply { put(bytes).ready() }

/** A copy in direct memory. */
internal fun direct(numbers: FloatArray): ByteBuffer =
    direct(numbers.size.toLong() * Float.SIZE_BYTES).apply { asFloatBuffer().put(numbers) }

/** What remains of a buffer, from the first byte of direct memory on: the same memory where it is direct, else a copy. */
internal fun direct(bytes: ByteBuffer): ByteBuffer =
    if (bytes.isDirect) bytes.slice() else direct(bytes.remaining().toLong()).apply { put(bytes.duplicate()).ready() }

/** Address of direct memory. It is valid for as long as the buffer is reachable. */
internal val ByteBuffer.address: ULong
    get() = Pointer.nativeValue(Native.getDirectBufferPointer(this)).toULong()

/** Memory that calls under way are using. */
private val inUse: MutableSet<Array<ByteBuffer>> = ConcurrentHashMap.newKeySet()

/**
 * Keeps memory from being collected while `call` runs.
 *
 * The library gets an address, which the collector does not see: without this, a buffer that nothing uses afterwards could be
 * freed in the middle of the call. (`Reference.reachabilityFence` would do, but needs Android 9.)
 */
internal fun <T> ByteBuffer.held(call: (ByteBuffer) -> T): T {
    val holder = arrayOf(this)
    inUse.add(holder)
    try {
        return call(this)
    } finally {
        inUse.remove(holder)
    }
}

/** Lets `encode` write a features file into memory of `capacity` bytes. */
internal fun delivered(capacity: Long, encode: (address: ULong, capacity: ULong) -> Delivered): Features {
    val file = direct(capacity)
    val delivered = file.held { calling { encode(it.address, capacity.toULong()) } }
    file.cutTo(delivered.length.toInt())
    return Features(file.slice(), delivered.header)
}
