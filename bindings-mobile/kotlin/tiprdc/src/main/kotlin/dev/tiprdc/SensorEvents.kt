package dev.tiprdc

import dev.tiprdc.internal.RawEvents
import java.nio.ByteBuffer

/**
 * Events of one sensor with several axes, such as a gyroscope: when each came, and what it said.
 *
 * ```
 * val rotation = SensorEvents(nanoseconds, radiansPerSecond)
 * val acceleration = SensorEvents(others, metresPerSecondSquared, factor = SensorEvents.ANDROID_TO_CORE_MOTION)
 * val features = encoder.encodeBatch(encoder.windows(listOf(rotation, acceleration), stride = 64))
 * ```
 *
 * @param timestamps nanoseconds on one clock for all sensors, rising: `SensorEvent.timestamp`.
 * @param values row-major `[events, axes]`: all axes of the first event come first. Do not change them before they are cut.
 * @param axes how many values an event has.
 * @param factor what every value is multiplied by: another unit, another sign.
 */
public class SensorEvents @JvmOverloads constructor(
    internal val timestamps: LongArray,
    internal val values: FloatArray,
    internal val axes: Int = 3,
    internal val factor: Double = 1.0,
) {
    /** Says what it is only: events are private, and this ends up in logs. */
    override fun toString(): String = "SensorEvents"

    internal fun described(): RawEvents {
        if (timestamps.size.toLong() * axes != values.size.toLong()) {
            throw TiprdcException.InputShape(
                "${timestamps.size} sensor events of $axes axes need as many values as both multiply to, found ${values.size}",
            )
        }
        return RawEvents(timestamps.size, axes, factor)
    }

    internal val length: Long
        get() = timestamps.size.toLong() * Double.SIZE_BYTES + values.size.toLong() * Float.SIZE_BYTES

    /** Appends times in seconds, counted from `origin`, and values. */
    internal fun appendTo(memory: ByteBuffer, origin: Long) {
        timestamps.forEach { memory.putDouble((it - origin) / 1e9) }
        values.forEach(memory::putFloat)
    }

    public companion object {
        /**
         * Acceleration without gravity as Android has it, in m/s2, becomes what Apple's Core Motion has: g, and the other sign. For
         * encoders trained on recordings of iPhones, such as MotionSense.
         */
        public const val ANDROID_TO_CORE_MOTION: Double = -1.0 / 9.80665
    }
}
