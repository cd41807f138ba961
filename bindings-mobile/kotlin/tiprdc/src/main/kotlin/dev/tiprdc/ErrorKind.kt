package dev.tiprdc

/**
 * What went wrong, for code that wants to react. Numbers are the same in every language and never reused: 100..199 concern the
 * encoder file, 200..299 what the caller passed in, 300..399 features, 900..999 this library.
 *
 * @property code the stable number.
 * @property meaning one sentence on what this kind means.
 */
public enum class ErrorKind(public val code: Int, public val meaning: String) {
    FILE_UNREADABLE(100, "The encoder file could not be read from disk."),
    MODEL_TOO_LARGE(101, "The encoder file is larger than the limit set on the builder."),
    MODEL_MALFORMED(102, "The file is not a readable ONNX model, or the model cannot be executed."),
    OPERATOR_NOT_ALLOWED(103, "The model uses an operator, or another ONNX feature, that encoders may not use."),
    MANIFEST_MISSING(110, "The model carries no manifest."),
    MANIFEST_INVALID(111, "The manifest is not valid: bad JSON, a missing field or an impossible value."),
    MANIFEST_UNSUPPORTED(112, "The manifest asks for something that this version does not know."),
    MANIFEST_MISMATCH(113, "The manifest and the graph disagree on shapes or types."),
    INPUT_KIND(200, "The input is of another kind (image, series, record, tensor) than the encoder takes."),
    INPUT_SHAPE(201, "The input has another size or shape than the encoder takes."),
    INPUT_NOT_FINITE(202, "The input holds NaN or an infinite number."),
    INPUT_FIELD(203, "A field of a record is missing, doubled, unknown, or of the wrong type."),
    OUTPUT_SIZE(204, "The caller's output buffer has the wrong size."),
    ARGUMENT(205, "An argument is missing, closed, or none of those that the function knows."),
    FEATURES_MALFORMED(300, "A features file is damaged, or its parts disagree."),
    FEATURES_NOT_FINITE(301, "The network of an exact release gave NaN or an infinite number; nothing left the device."),
    TABLE_MALFORMED(302, "A substitute table is damaged, or has an impossible size."),
    TABLE_MISMATCH(303, "Features and a substitute table do not belong together."),
    INTERNAL(900, "A failure inside this library; please report it."),
    RANDOMNESS_UNAVAILABLE(901, "The operating system gave no random numbers, and a random release needs them."),
    ;

    internal companion object {
        /** The kind with this number; one that this package does not know is a fault of the library. */
        fun of(code: Int): ErrorKind = entries.find { it.code == code } ?: INTERNAL
    }
}
