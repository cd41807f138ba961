internal import TiprdcRaw

/// What an encoder says of itself. A statement of the collector who made it, not a proof.
public struct EncoderInfo: Sendable {
    /// Short name, for people.
    public let name: String
    /// Version of the encoder, chosen by the collector.
    public let version: String
    /// SHA-256 of the encoder's file, in hexadecimal; features carry it.
    public let digest: String
    /// `image`, `series`, `record` or `tensor`.
    public let inputKind: String
    /// Shape of the network's input for one record: `[channels, height, width]`, `[channels, steps]`...
    public let inputShape: [Int]
    /// Shape of the features of one record, without the axis of records.
    public let outputShape: [Int]
    /// `exact`, `gaussian`, `laplace` or `substitute`.
    public let release: String
    /// Local differential privacy of one draw, in nats; nil where there is no bound.
    public let epsilon: Double?
    /// The probability that may escape the bound; nil where there is none.
    public let delta: Double?
    /// Element type of the features: `f32`, `f16` or `int8`.
    public let dtype: String
    /// The attributes that the training hid.
    public let privateAttributes: [String]
    /// The whole manifest, as JSON.
    public let manifest: String

    init(_ raw: TiprdcRaw.EncoderInfo) {
        name = raw.name
        version = raw.version
        digest = raw.digest
        inputKind = raw.inputKind
        inputShape = raw.inputShape.map(Int.init)
        outputShape = raw.outputShape.map(Int.init)
        release = raw.release
        epsilon = raw.epsilon
        delta = raw.delta
        dtype = raw.dtype
        privateAttributes = raw.privateAttributes
        manifest = raw.manifest
    }
}
