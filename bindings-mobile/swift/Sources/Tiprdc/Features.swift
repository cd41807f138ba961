import Foundation
internal import TiprdcRaw

/// Features of one or more records: what leaves the device.
///
/// A value without state: any thread may use it. It holds the bytes of its file and decodes the numbers when asked. Features
/// reduce what an attacker can learn of the private attribute, but they are personal data still.
public struct Features: Sendable {
    /// The features file, to be uploaded or stored: safetensors with one tensor `features`; any language reads it.
    public let data: Data

    /// `[records, ...]`; of a substitute release `[records, 1]`.
    public let shape: [Int]

    /// SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them.
    public let encoder: String

    /// `exact`, `gaussian`, `laplace` or `substitute`, or empty if no encoder made them.
    public let release: String

    /// Element type in the file: `f32`, `f16` or `int8`. Indices of substitutes are none of these, and called `f32`.
    public let dtype: String

    /// SHA-256 of the substitute table that ``indices`` are resolved with; nil if these are no indices.
    public let table: String?

    /// Reads what ``data``, or a safetensors library, holds.
    ///
    /// - Throws: ``TiprdcError/featuresMalformed(_:)`` if it is damaged or not a features file.
    public init(data: Data) throws {
        self.init(data: data, header: try calling { try featuresHeader(file: data) })
    }

    init(data: Data, header: Header) {
        self.data = data
        shape = header.shape.map(Int.init)
        encoder = header.encoder
        release = header.release
        dtype = header.dtype
        table = header.table
    }

    /// Number of records.
    public var rows: Int { shape[0] }

    /// The numbers, row-major. Decoded at every access: keep what you use twice.
    public var values: [Float] {
        let count = shape.reduce(1, *)
        guard count > 0 else { return [] }
        return [Float](unsafeUninitializedCapacity: count) { memory, initialized in
            let bytes = UnsafeMutableRawBufferPointer(memory)
            let address = UInt64(UInt(bitPattern: bytes.baseAddress))
            checked { try featuresValues(file: data, address: address, capacity: UInt64(bytes.count)) }
            initialized = count
        }
    }

    /// The index of each record's substitute; nil if the release is another one. Decoded at every access.
    public var indices: [Int]? {
        checked { try featuresIndices(file: data) }?.map(Int.init)
    }

    /// Decodes a file that was decoded before: it cannot fail.
    private func checked<T>(_ call: () throws -> T) -> T {
        do {
            return try call()
        } catch {
            preconditionFailure("features that were read once can no longer be read")
        }
    }
}

extension Features: CustomStringConvertible, CustomReflectable {
    /// Says the shape only: features are personal data, and this ends up in logs.
    public var description: String { "Features(shape: \(shape), release: \(release))" }

    /// Says the shape only.
    public var customMirror: Mirror { Mirror(self, children: ["shape": shape, "release": release]) }
}
