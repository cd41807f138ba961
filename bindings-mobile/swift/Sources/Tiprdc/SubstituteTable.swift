import Foundation
internal import TiprdcRaw

/// The substitutes of a substitute release. The collector has it; devices do not need it.
///
/// Any number of threads may use one. Its memory is freed with the last reference.
public final class SubstituteTable: Sendable {
    private let raw: RawTable
    private let info: TableInfo

    /// Reads a table from the bytes of its file.
    ///
    /// - Throws: ``TiprdcError/tableMalformed(_:)`` if it is damaged, or has an impossible size.
    public init(data: Data) throws {
        let read = try calling { try RawTable.fromBytes(bytes: data) }
        raw = read
        info = try calling { try read.info() }
    }

    /// SHA-256 of the file, in hexadecimal: what manifests and features name the table by.
    public var digest: String { info.digest }

    /// `[count, ...]`.
    public var shape: [Int] { info.shape.map(Int.init) }

    /// Puts the substitutes in the place of their indices: from `[records, 1]` to `[records, ...]`.
    ///
    /// - Throws: ``TiprdcError/tableMismatch(_:)`` if the features hold no indices, name another table, or an index is out of
    ///   range.
    public func resolve(_ features: Features) throws -> Features {
        try delivered(info.fileOverhead + Int64(features.rows) * info.fileRow) { address, capacity in
            try raw.resolve(file: features.data, address: address, capacity: capacity)
        }
    }
}
