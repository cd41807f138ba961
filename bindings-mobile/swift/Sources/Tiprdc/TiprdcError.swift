import Foundation

/// Why a call failed: one case for each kind, with a message.
///
/// The message says what was expected and what came, with shapes and counts. It never holds input values, labels or features.
public enum TiprdcError: Error, Equatable, Sendable {
    /// The encoder file could not be read from disk.
    case fileUnreadable(String)
    /// The encoder file is larger than the limit set on the builder.
    case modelTooLarge(String)
    /// The file is not a readable ONNX model, or the model cannot be executed.
    case modelMalformed(String)
    /// The model uses an operator, or another ONNX feature, that encoders may not use.
    case operatorNotAllowed(String)
    /// The model carries no manifest.
    case manifestMissing(String)
    /// The manifest is not valid: bad JSON, a missing field or an impossible value.
    case manifestInvalid(String)
    /// The manifest asks for something that this version does not know.
    case manifestUnsupported(String)
    /// The manifest and the graph disagree on shapes or types.
    case manifestMismatch(String)
    /// The input is of another kind (image, series, record, tensor) than the encoder takes.
    case inputKind(String)
    /// The input has another size or shape than the encoder takes.
    case inputShape(String)
    /// The input holds NaN or an infinite number.
    case inputNotFinite(String)
    /// A field of a record is missing, doubled, unknown, or of the wrong type.
    case inputField(String)
    /// The caller's output buffer has the wrong size.
    case outputSize(String)
    /// An argument is missing, closed, or none of those that the function knows.
    case argument(String)
    /// A features file is damaged, or its parts disagree.
    case featuresMalformed(String)
    /// The network of an exact release gave NaN or an infinite number; nothing left the device.
    case featuresNotFinite(String)
    /// A substitute table is damaged, or has an impossible size.
    case tableMalformed(String)
    /// Features and a substitute table do not belong together.
    case tableMismatch(String)
    /// A failure inside this library; please report it.
    case `internal`(String)
    /// The operating system gave no random numbers, and a random release needs them.
    case randomnessUnavailable(String)

    /// What went wrong, without the message; raw values are the stable numbers, the same in every language and never reused:
    /// 100 to 199 concern the encoder file, 200 to 299 what the caller passed in, 300 to 399 features, 900 to 999 this library.
    public enum Kind: Int, CaseIterable, Sendable {
        case fileUnreadable = 100
        case modelTooLarge = 101
        case modelMalformed = 102
        case operatorNotAllowed = 103
        case manifestMissing = 110
        case manifestInvalid = 111
        case manifestUnsupported = 112
        case manifestMismatch = 113
        case inputKind = 200
        case inputShape = 201
        case inputNotFinite = 202
        case inputField = 203
        case outputSize = 204
        case argument = 205
        case featuresMalformed = 300
        case featuresNotFinite = 301
        case tableMalformed = 302
        case tableMismatch = 303
        case `internal` = 900
        case randomnessUnavailable = 901

        /// One sentence on what this kind means.
        public var meaning: String {
            switch self {
            case .fileUnreadable: "The encoder file could not be read from disk."
            case .modelTooLarge: "The encoder file is larger than the limit set on the builder."
            case .modelMalformed: "The file is not a readable ONNX model, or the model cannot be executed."
            case .operatorNotAllowed: "The model uses an operator, or another ONNX feature, that encoders may not use."
            case .manifestMissing: "The model carries no manifest."
            case .manifestInvalid: "The manifest is not valid: bad JSON, a missing field or an impossible value."
            case .manifestUnsupported: "The manifest asks for something that this version does not know."
            case .manifestMismatch: "The manifest and the graph disagree on shapes or types."
            case .inputKind: "The input is of another kind (image, series, record, tensor) than the encoder takes."
            case .inputShape: "The input has another size or shape than the encoder takes."
            case .inputNotFinite: "The input holds NaN or an infinite number."
            case .inputField: "A field of a record is missing, doubled, unknown, or of the wrong type."
            case .outputSize: "The caller's output buffer has the wrong size."
            case .argument: "An argument is missing, closed, or none of those that the function knows."
            case .featuresMalformed: "A features file is damaged, or its parts disagree."
            case .featuresNotFinite: "The network of an exact release gave NaN or an infinite number; nothing left the device."
            case .tableMalformed: "A substitute table is damaged, or has an impossible size."
            case .tableMismatch: "Features and a substitute table do not belong together."
            case .`internal`: "A failure inside this library; please report it."
            case .randomnessUnavailable: "The operating system gave no random numbers, and a random release needs them."
            }
        }
    }
}

extension TiprdcError {
    /// What went wrong.
    public var kind: Kind {
        switch self {
        case .fileUnreadable: .fileUnreadable
        case .modelTooLarge: .modelTooLarge
        case .modelMalformed: .modelMalformed
        case .operatorNotAllowed: .operatorNotAllowed
        case .manifestMissing: .manifestMissing
        case .manifestInvalid: .manifestInvalid
        case .manifestUnsupported: .manifestUnsupported
        case .manifestMismatch: .manifestMismatch
        case .inputKind: .inputKind
        case .inputShape: .inputShape
        case .inputNotFinite: .inputNotFinite
        case .inputField: .inputField
        case .outputSize: .outputSize
        case .argument: .argument
        case .featuresMalformed: .featuresMalformed
        case .featuresNotFinite: .featuresNotFinite
        case .tableMalformed: .tableMalformed
        case .tableMismatch: .tableMismatch
        case .`internal`: .`internal`
        case .randomnessUnavailable: .randomnessUnavailable
        }
    }

    /// The stable number of ``kind-swift.property``.
    public var code: Int { kind.rawValue }

    /// What was expected and what came.
    public var message: String {
        switch self {
        case .fileUnreadable(let message),
            .modelTooLarge(let message),
            .modelMalformed(let message),
            .operatorNotAllowed(let message),
            .manifestMissing(let message),
            .manifestInvalid(let message),
            .manifestUnsupported(let message),
            .manifestMismatch(let message),
            .inputKind(let message),
            .inputShape(let message),
            .inputNotFinite(let message),
            .inputField(let message),
            .outputSize(let message),
            .argument(let message),
            .featuresMalformed(let message),
            .featuresNotFinite(let message),
            .tableMalformed(let message),
            .tableMismatch(let message),
            .`internal`(let message),
            .randomnessUnavailable(let message):
            message
        }
    }

    init(_ kind: Kind, _ message: String) {
        self = switch kind {
        case .fileUnreadable: .fileUnreadable(message)
        case .modelTooLarge: .modelTooLarge(message)
        case .modelMalformed: .modelMalformed(message)
        case .operatorNotAllowed: .operatorNotAllowed(message)
        case .manifestMissing: .manifestMissing(message)
        case .manifestInvalid: .manifestInvalid(message)
        case .manifestUnsupported: .manifestUnsupported(message)
        case .manifestMismatch: .manifestMismatch(message)
        case .inputKind: .inputKind(message)
        case .inputShape: .inputShape(message)
        case .inputNotFinite: .inputNotFinite(message)
        case .inputField: .inputField(message)
        case .outputSize: .outputSize(message)
        case .argument: .argument(message)
        case .featuresMalformed: .featuresMalformed(message)
        case .featuresNotFinite: .featuresNotFinite(message)
        case .tableMalformed: .tableMalformed(message)
        case .tableMismatch: .tableMismatch(message)
        case .`internal`: .`internal`(message)
        case .randomnessUnavailable: .randomnessUnavailable(message)
        }
    }
}

extension TiprdcError: LocalizedError {
    /// The message; in English.
    public var errorDescription: String? { message }
}
