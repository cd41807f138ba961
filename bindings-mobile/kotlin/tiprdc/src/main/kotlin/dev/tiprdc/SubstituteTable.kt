package dev.tiprdc

import dev.tiprdc.internal.RawTable
import dev.tiprdc.internal.TableInfo

/**
 * The substitutes of a substitute release. The collector has it; devices do not need it.
 *
 * Any number of threads may use one. Closing it frees its memory; what is never closed is freed some time after it is forgotten.
 */
public class SubstituteTable private constructor(private val raw: RawTable) : AutoCloseable {
    private val info: TableInfo = calling { raw.info() }

    /** SHA-256 of the file, in hexadecimal: what manifests and features name the table by. */
    public val digest: String get() = info.digest

    /** `[count, ...]`. */
    public val shape: List<Int> = info.shape.map(Long::toInt)

    /**
     * Puts the substitutes in the place of their indices: from `[records, 1]` to `[records, ...]`.
     *
     * @throws TiprdcException.TableMismatch if the features hold no indices, name another table, or an index is out of range.
     * @throws TiprdcException.Argument after [close].
     */
    public fun resolve(features: Features): Features =
        delivered(info.fileOverhead + features.rows * info.fileRow) { address, capacity ->
            features.memory { raw.resolve(it, address, capacity) }
        }

    /** Frees the table, once calls that are under way in other threads are over. Closing twice does nothing. */
    override fun close(): Unit = raw.close()

    override fun toString(): String = "SubstituteTable(shape=$shape)"

    public companion object {
        /**
         * Reads a table from the bytes of its file.
         *
         * @throws TiprdcException.TableMalformed if it is damaged, or has an impossible size.
         */
        @JvmStatic
        public fun fromBytes(bytes: ByteArray): SubstituteTable =
            SubstituteTable(direct(bytes).held { calling { RawTable.fromBytes(it) } })
    }
}
