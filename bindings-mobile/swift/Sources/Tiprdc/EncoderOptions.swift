import Foundation
internal import TiprdcRaw

/// How an encoder is opened.
public struct EncoderOptions: Sendable {
    /// Largest file to load, in bytes; 256 MiB where nil.
    public var maxBytes: Int?

    /// Threads of a batch; 0 is one per core.
    public var threads: Int

    /// A device secret of 32 bytes: the draw of a random release then depends on the input and this secret alone, so that
    /// encoding the same input again spends no more epsilon.
    ///
    /// Make it once with `SecRandomCopyBytes` and keep it in the keychain. Whoever has it can undo the noise of inputs that
    /// they can guess. Does nothing for an exact release.
    public var memo: Data?

    /// The most multiplications that the network may need for one record; the default where nil.
    ///
    /// An encoder that needs more is refused.
    public var maxWork: Int?

    /// The defaults, apart from what is given.
    public init(maxBytes: Int? = nil, threads: Int = 0, memo: Data? = nil, maxWork: Int? = nil) {
        self.maxBytes = maxBytes
        self.threads = threads
        self.memo = memo
        self.maxWork = maxWork
    }

    func raw() throws -> Options {
        Options(
            maxBytes: maxBytes.map(Int64.init), maxWork: maxWork.map(Int64.init), threads: try size("threads", threads),
            memo: memo)
    }
}

extension EncoderOptions: CustomStringConvertible, CustomReflectable {
    /// Says nothing of the secret.
    public var description: String {
        let (bytes, work) = (maxBytes.map(String.init) ?? "default", maxWork.map(String.init) ?? "default")
        return "EncoderOptions(maxBytes: \(bytes), threads: \(threads), memo: \(memo == nil ? "none" : "set"), maxWork: \(work))"
    }

    /// Says nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
