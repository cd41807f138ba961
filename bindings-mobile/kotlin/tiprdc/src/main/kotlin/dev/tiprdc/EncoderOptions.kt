package dev.tiprdc

/**
 * How an encoder is opened.
 *
 * @property maxBytes largest file to load, in bytes; 256 MiB where null.
 * @property threads threads of a batch; 0 is one per core.
 * @property memo a device secret of 32 bytes: the draw of a random release then depends on the input and this secret alone, so
 *   that encoding the same input again spends no more epsilon. Make it once with `SecureRandom` and keep it in the keystore.
 *   Whoever has it can undo the noise of inputs that they can guess. Does nothing for an exact release.
 * @property maxWork the most multiplications that the network may need for one record; an encoder that needs more is refused.
 *   The default where null.
 */
public class EncoderOptions @JvmOverloads constructor(
    public val maxBytes: Long? = null,
    public val threads: Int = 0,
    public val memo: ByteArray? = null,
    public val maxWork: Long? = null,
) {
    /** Says nothing of the secret. */
    override fun toString(): String =
        "EncoderOptions(maxBytes=$maxBytes, threads=$threads, memo=${if (memo == null) "none" else "set"}, maxWork=$maxWork)"
}
