package dev.tiprdc

/**
 * Why a call failed: one subclass for each [ErrorKind], so that `catch` and an exhaustive `when` both work.
 *
 * The message says what was expected and what came, with shapes and counts. It never holds input values, labels or features.
 *
 * @property kind what went wrong.
 */
public sealed class TiprdcException(public val kind: ErrorKind, message: String) : RuntimeException(message) {
    /** The stable number of [kind], the same in every language. */
    public val code: Int get() = kind.code

    /** The encoder file could not be read from disk. */
    public class FileUnreadable internal constructor(message: String) : TiprdcException(ErrorKind.FILE_UNREADABLE, message)

    /** The encoder file is larger than the limit set on the builder. */
    public class ModelTooLarge internal constructor(message: String) : TiprdcException(ErrorKind.MODEL_TOO_LARGE, message)

    /** The file is not a readable ONNX model, or the model cannot be executed. */
    public class ModelMalformed internal constructor(message: String) : TiprdcException(ErrorKind.MODEL_MALFORMED, message)

    /** The model uses an operator, or another ONNX feature, that encoders may not use. */
    public class OperatorNotAllowed internal constructor(message: String) : TiprdcException(ErrorKind.OPERATOR_NOT_ALLOWED, message)

    /** The model carries no manifest. */
    public class ManifestMissing internal constructor(message: String) : TiprdcException(ErrorKind.MANIFEST_MISSING, message)

    /** The manifest is not valid: bad JSON, a missing field or an impossible value. */
    public class ManifestInvalid internal constructor(message: String) : TiprdcException(ErrorKind.MANIFEST_INVALID, message)

    /** The manifest asks for something that this version does not know. */
    public class ManifestUnsupported internal constructor(message: String) : TiprdcException(ErrorKind.MANIFEST_UNSUPPORTED, message)

    /** The manifest and the graph disagree on shapes or types. */
    public class ManifestMismatch internal constructor(message: String) : TiprdcException(ErrorKind.MANIFEST_MISMATCH, message)

    /** The input is of another kind (image, series, record, tensor) than the encoder takes. */
    public class InputKind internal constructor(message: String) : TiprdcException(ErrorKind.INPUT_KIND, message)

    /** The input has another size or shape than the encoder takes. */
    public class InputShape internal constructor(message: String) : TiprdcException(ErrorKind.INPUT_SHAPE, message)

    /** The input holds NaN or an infinite number. */
    public class InputNotFinite internal constructor(message: String) : TiprdcException(ErrorKind.INPUT_NOT_FINITE, message)

    /** A field of a record is missing, doubled, unknown, or of the wrong type. */
    public class InputField internal constructor(message: String) : TiprdcException(ErrorKind.INPUT_FIELD, message)

    /** The caller's output buffer has the wrong size. */
    public class OutputSize internal constructor(message: String) : TiprdcException(ErrorKind.OUTPUT_SIZE, message)

    /** An argument is missing, closed, or none of those that the function knows. */
    public class Argument internal constructor(message: String) : TiprdcException(ErrorKind.ARGUMENT, message)

    /** A features file is damaged, or its parts disagree. */
    public class FeaturesMalformed internal constructor(message: String) : TiprdcException(ErrorKind.FEATURES_MALFORMED, message)

    /** The network of an exact release gave NaN or an infinite number; nothing left the device. */
    public class FeaturesNotFinite internal constructor(message: String) : TiprdcException(ErrorKind.FEATURES_NOT_FINITE, message)

    /** A substitute table is damaged, or has an impossible size. */
    public class TableMalformed internal constructor(message: String) : TiprdcException(ErrorKind.TABLE_MALFORMED, message)

    /** Features and a substitute table do not belong together. */
    public class TableMismatch internal constructor(message: String) : TiprdcException(ErrorKind.TABLE_MISMATCH, message)

    /** A failure inside this library; please report it. */
    public class Internal internal constructor(message: String) : TiprdcException(ErrorKind.INTERNAL, message)

    /** The operating system gave no random numbers, and a random release needs them. */
    public class RandomnessUnavailable internal constructor(message: String) : TiprdcException(ErrorKind.RANDOMNESS_UNAVAILABLE, message)

    internal companion object {
        fun of(code: Int, message: String): TiprdcException = when (ErrorKind.of(code)) {
            ErrorKind.FILE_UNREADABLE -> FileUnreadable(message)
            ErrorKind.MODEL_TOO_LARGE -> ModelTooLarge(message)
            ErrorKind.MODEL_MALFORMED -> ModelMalformed(message)
            ErrorKind.OPERATOR_NOT_ALLOWED -> OperatorNotAllowed(message)
            ErrorKind.MANIFEST_MISSING -> ManifestMissing(message)
            ErrorKind.MANIFEST_INVALID -> ManifestInvalid(message)
            ErrorKind.MANIFEST_UNSUPPORTED -> ManifestUnsupported(message)
            ErrorKind.MANIFEST_MISMATCH -> ManifestMismatch(message)
            ErrorKind.INPUT_KIND -> InputKind(message)
            ErrorKind.INPUT_SHAPE -> InputShape(message)
            ErrorKind.INPUT_NOT_FINITE -> InputNotFinite(message)
            ErrorKind.INPUT_FIELD -> InputField(message)
            ErrorKind.OUTPUT_SIZE -> OutputSize(message)
            ErrorKind.ARGUMENT -> Argument(message)
            ErrorKind.FEATURES_MALFORMED -> FeaturesMalformed(message)
            ErrorKind.FEATURES_NOT_FINITE -> FeaturesNotFinite(message)
            ErrorKind.TABLE_MALFORMED -> TableMalformed(message)
            ErrorKind.TABLE_MISMATCH -> TableMismatch(message)
            ErrorKind.INTERNAL -> Internal(message)
            ErrorKind.RANDOMNESS_UNAVAILABLE -> RandomnessUnavailable(message)
        }
    }
}
