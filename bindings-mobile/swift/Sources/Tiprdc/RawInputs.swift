import Foundation
internal import TiprdcRaw

extension Input {
    /// What a batch is told of this record, apart from its bytes.
    func described() throws -> RawInput {
        switch content {
        case .series(_, let channels, let steps):
            .series(channels: try size("channels", channels), steps: try size("steps", steps), length: length)
        case .tensor(_, let shape):
            .tensor(shape: try axes(shape), length: length)
        case .image(_, let format, let width, let height):
            .image(order: format.order, width: try size("width", width), height: try size("height", height), length: length)
        case .record(let fields):
            .record(fields: fields.map(RawField.init))
        }
    }

    /// Bytes of this record's numbers or pixels.
    var length: Int64 {
        switch content {
        case .series(let data, _, _), .tensor(let data, _): Int64(data.count * MemoryLayout<Float>.stride)
        case .image(let pixels, _, _, _): Int64(pixels.count)
        case .record: 0
        }
    }

    /// Appends this record's numbers or pixels.
    func append(to bytes: inout Data) {
        switch content {
        case .series(let data, _, _), .tensor(let data, _):
            data.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .image(let pixels, _, _, _):
            bytes.append(pixels)
        case .record:
            break
        }
    }
}

/// Axes as the library takes them.
func axes(_ shape: [Int]) throws -> [Int32] {
    try shape.map { try size("an axis", $0) }
}

extension PixelFormat {
    var order: PixelOrder {
        switch self {
        case .rgb8: .rgb8
        case .rgba8: .rgba8
        case .bgra8: .bgra8
        case .gray8: .gray8
        }
    }
}

extension RawField {
    init(_ field: (name: String, value: FieldValue)) {
        let value: RawValue =
            switch field.value {
            case .number(let number): .number(number: number)
            case .text(let text): .text(text: text)
            case .boolean(let boolean): .boolean(boolean: boolean)
            case .missing: .missing
            }
        self.init(name: field.name, value: value)
    }
}
