import Foundation

// The same calls for tasks. A function that is async and belongs to no actor runs on the system's pool of threads, away from the
// main actor; one that is under way is finished, even when its task is cancelled.

extension Encoder {
    /// Loads an encoder from a file, away from the main actor.
    public static func load(contentsOf url: URL, options: EncoderOptions = EncoderOptions()) async throws -> Encoder {
        try Encoder(contentsOf: url, options: options)
    }

    /// Loads an encoder from memory, away from the main actor; the bytes are not kept.
    public static func load(data: Data, options: EncoderOptions = EncoderOptions()) async throws -> Encoder {
        try Encoder(data: data, options: options)
    }

    /// Encodes one record, away from the main actor.
    ///
    /// - Throws: What the function without `await` throws, and `CancellationError` if the task was cancelled before.
    public func encode(_ input: Input) async throws -> Features {
        try Task.checkCancellation()
        let encode: (Input) throws -> Features = self.encode
        return try encode(input)
    }

    /// Encodes a window of a series, row-major `[channels, steps]`, away from the main actor.
    ///
    /// - Throws: What the function without `await` throws, and `CancellationError` if the task was cancelled before.
    public func encode(_ series: [Float], channels: Int, steps: Int) async throws -> Features {
        try await encode(.series(series, channels: channels, steps: steps))
    }

    /// Encodes many records in parallel, away from the main actor.
    ///
    /// - Throws: What the function without `await` throws, and `CancellationError` if the task was cancelled before.
    public func encode(batch inputs: [Input], threads: Int? = nil) async throws -> Features {
        try Task.checkCancellation()
        let encode: ([Input], Int?) throws -> Features = self.encode(batch:threads:)
        return try encode(inputs, threads)
    }
}
