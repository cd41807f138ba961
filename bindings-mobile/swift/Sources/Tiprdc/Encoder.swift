import Foundation
internal import TiprdcRaw

/// A loaded encoder: raw input in, features out.
///
/// ```swift
/// let encoder = try Encoder(contentsOf: url)
/// let features = try encoder.encode(window, channels: 6, steps: 128)
/// upload(features.data)
/// ```
///
/// Any number of threads and tasks may use one encoder at once. Calls take milliseconds or more and run on the thread that
/// makes them; with `await` they run away from the main actor. The network is freed with the last reference.
///
/// An encoder reduces measured leakage of the attributes that its manifest names; nothing else is hidden. Read the audit.
///
/// In a file that imports this module, `Encoder` is this class, and the protocol of `Codable` is `Swift.Encoder`.
public final class Encoder: Sendable {
    let raw: RawEncoder
    private let rawInfo: TiprdcRaw.EncoderInfo

    /// What the encoder says of itself.
    public let info: EncoderInfo

    /// Loads an encoder from a file.
    ///
    /// - Throws: ``TiprdcError/fileUnreadable(_:)`` if there is no such file, and what ``init(data:options:)`` throws.
    public convenience init(contentsOf url: URL, options: EncoderOptions = EncoderOptions()) throws {
        guard url.isFileURL else {
            throw TiprdcError.argument("an encoder is opened from a file URL; nothing is downloaded")
        }
        try self.init { try RawEncoder.open(path: url.path, options: try options.raw()) }
    }

    /// Loads an encoder from memory; the bytes are not kept.
    ///
    /// - Throws: ``TiprdcError``: kinds from 101 to 199 if it is no encoder, ``TiprdcError/argument(_:)`` for options that make
    ///   no sense.
    public convenience init(data: Data, options: EncoderOptions = EncoderOptions()) throws {
        try self.init { try RawEncoder.fromBytes(bytes: data, options: try options.raw()) }
    }

    private init(_ open: () throws -> RawEncoder) throws {
        let opened = try calling(open)
        raw = opened
        rawInfo = try calling { try opened.info() }
        info = EncoderInfo(rawInfo)
    }

    /// Encodes one record, on the calling thread; the features have shape `[1, outputShape...]`.
    ///
    /// A random release draws anew at every call, and each draw spends the manifest's epsilon again, unless the encoder was
    /// opened with ``EncoderOptions/memo``.
    ///
    /// - Throws: ``TiprdcError``: kinds from 200 to 299 for an input that the encoder does not take;
    ///   ``TiprdcError/featuresNotFinite(_:)`` if the network gave NaN or an infinite number and the release is exact.
    public func encode(_ input: Input) throws -> Features {
        switch input.content {
        case .series(let data, let channels, let steps):
            try data.withUnsafeBufferPointer { try encode($0, channels: channels, steps: steps) }
        case .tensor(let data, let shape):
            try data.withUnsafeBytes { try encodeTensor($0, shape: shape) }
        case .image(let pixels, let format, let width, let height):
            try one {
                try raw.encodeImage(
                    pixels: pixels, order: format.order, width: try size("width", width),
                    height: try size("height", height), address: $0, capacity: $1)
            }
        case .record(let fields):
            try one { try raw.encodeRecord(fields: fields.map(RawField.init), address: $0, capacity: $1) }
        }
    }

    /// Encodes a window of a series, row-major `[channels, steps]`; see ``encode(_:)-(Input)``.
    public func encode(_ series: [Float], channels: Int, steps: Int) throws -> Features {
        try series.withUnsafeBufferPointer { try encode($0, channels: channels, steps: steps) }
    }

    /// Encodes a window of a series where it lies, row-major `[channels, steps]`; see ``encode(_:)-(Input)``.
    public func encode(_ series: UnsafeBufferPointer<Float>, channels: Int, steps: Int) throws -> Features {
        try UnsafeRawBufferPointer(series).withData { data in
            try one {
                try raw.encodeSeries(
                    data: data, channels: try size("channels", channels), steps: try size("steps", steps), address: $0,
                    capacity: $1)
            }
        }
    }

    /// Encodes many records in parallel, one row each; the features have shape `[inputs, outputShape...]`.
    ///
    /// - Parameter threads: 0 is one per core; nil is what the encoder was opened with.
    /// - Throws: As ``encode(_:)-(Input)``, with the number of the first record that failed; then nothing is returned.
    public func encode(batch inputs: [Input], threads: Int? = nil) throws -> Features {
        var bytes = Data(capacity: Int(inputs.reduce(0) { $0 + $1.length }))
        for input in inputs { input.append(to: &bytes) }
        return try delivered(capacity(inputs.count)) {
            try raw.encodeBatch(
                inputs: try inputs.map { try $0.described() }, bytes: bytes, threads: try threads.map { try size("threads", $0) },
                address: $0, capacity: $1)
        }
    }

    private func encodeTensor(_ data: UnsafeRawBufferPointer, shape: [Int]) throws -> Features {
        try data.withData { data in
            try one { try raw.encodeTensor(data: data, shape: try axes(shape), address: $0, capacity: $1) }
        }
    }

    private func one(_ encode: (UInt64, UInt64) throws -> Delivered) throws -> Features {
        try delivered(capacity(1), encode)
    }

    private func capacity(_ records: Int) -> Int64 {
        rawInfo.fileOverhead + Int64(records) * rawInfo.fileRow
    }
}
