package dev.tiprdc

import dev.tiprdc.internal.EncoderInfo as RawInfo

/**
 * What an encoder says of itself. A statement of the collector who made it, not a proof.
 *
 * @property name short name, for people.
 * @property version version of the encoder, chosen by the collector.
 * @property digest SHA-256 of the encoder's file, in hexadecimal; features carry it.
 * @property inputKind `image`, `series`, `record` or `tensor`.
 * @property inputShape shape of the network's input for one record: `[channels, height, width]`, `[channels, steps]`...
 * @property outputShape shape of the features of one record, without the axis of records.
 * @property release `exact`, `gaussian`, `laplace` or `substitute`.
 * @property epsilon local differential privacy of one draw, in nats; null where there is no bound.
 * @property delta the probability that may escape the bound; null where there is none.
 * @property dtype element type of the features: `f32`, `f16` or `int8`.
 * @property privateAttributes the attributes that the training hid.
 * @property manifest the whole manifest, as JSON.
 */
public class EncoderInfo internal constructor(
    public val name: String,
    public val version: String,
    public val digest: String,
    public val inputKind: String,
    public val inputShape: List<Int>,
    public val outputShape: List<Int>,
    public val release: String,
    public val epsilon: Double?,
    public val delta: Double?,
    public val dtype: String,
    public val privateAttributes: List<String>,
    public val manifest: String,
) {
    override fun toString(): String = "EncoderInfo($name $version, $inputKind $inputShape -> $outputShape, $release)"

    internal companion object {
        fun of(raw: RawInfo): EncoderInfo = EncoderInfo(
            name = raw.name,
            version = raw.version,
            digest = raw.digest,
            inputKind = raw.inputKind,
            inputShape = raw.inputShape.map(Long::toInt),
            outputShape = raw.outputShape.map(Long::toInt),
            release = raw.release,
            epsilon = raw.epsilon,
            delta = raw.delta,
            dtype = raw.dtype,
            privateAttributes = raw.privateAttributes,
            manifest = raw.manifest,
        )
    }
}
