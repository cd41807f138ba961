import Foundation
internal import TiprdcRaw

/// What the bytes of a pixel are. Rows come from the top, without padding between them; alpha is ignored.
public enum PixelFormat: String, CaseIterable, Sendable {
    /// 3 bytes: red, green, blue.
    case rgb8
    /// 4 bytes: red, green, blue, alpha.
    case rgba8
    /// 4 bytes: blue, green, red, alpha; what cameras of Apple devices give.
    case bgra8
    /// 1 byte of grey.
    case gray8
}

/// The value of one field of a record. Literals will do: `["age": 39, "work": "state", "member": true, "city": nil]`.
public enum FieldValue: Sendable {
    /// A number.
    case number(Float)
    /// A category.
    case text(String)
    /// True or false.
    case boolean(Bool)
    /// Not known.
    case missing
}

/// One record as an app has it: a window of a series, an image, a record of fields, or a ready tensor.
///
/// Whether it is what an encoder takes is checked when it is encoded.
public struct Input: Sendable {
    enum Content: Sendable {
        case series([Float], channels: Int, steps: Int)
        case tensor([Float], shape: [Int])
        case image(Data, format: PixelFormat, width: Int, height: Int)
        case record([(name: String, value: FieldValue)])
    }

    let content: Content

    /// A window of a series, row-major `[channels, steps]`: all steps of the first channel come first.
    public static func series(_ data: [Float], channels: Int, steps: Int) -> Input {
        Input(content: .series(data, channels: channels, steps: steps))
    }

    /// A tensor that you preprocessed: row-major, without an axis of records.
    public static func tensor(_ data: [Float], shape: [Int]) -> Input {
        Input(content: .tensor(data, shape: shape))
    }

    /// An image: rows from the top, without padding.
    public static func image(_ pixels: Data, format: PixelFormat, width: Int, height: Int) -> Input {
        Input(content: .image(pixels, format: format, width: width, height: height))
    }

    /// A record of named fields.
    public static func record(_ fields: [String: FieldValue]) -> Input {
        record(fields.map { (name: $0.key, value: $0.value) })
    }

    /// A record of named fields, in any order; a field that comes twice is refused when it is encoded.
    public static func record(_ fields: [(name: String, value: FieldValue)]) -> Input {
        Input(content: .record(fields))
    }
}

extension Input: CustomStringConvertible, CustomReflectable {
    /// Says the kind only: an input is private, and this ends up in logs.
    public var description: String {
        switch content {
        case .series: "Input(series)"
        case .tensor: "Input(tensor)"
        case .image: "Input(image)"
        case .record: "Input(record)"
        }
    }

    /// Says the kind only.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension FieldValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    /// A number.
    public init(floatLiteral value: Float) { self = .number(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Float(value)) }
    /// A category.
    public init(stringLiteral value: String) { self = .text(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Not known.
    public init(nilLiteral: ()) { self = .missing }
}
