import Foundation
import Tiprdc
import XCTest

/// What callers get wrong, and what several threads and tasks do at once.
final class MisuseTests: XCTestCase {
    private func window(_ encoder: Encoder, _ seed: Int) -> [Float] {
        let count = encoder.info.inputShape.reduce(1, *)
        return (0..<count).map { Float(($0 * 7 + seed) % 11) / 11 }
    }

    func testSizesThatAreNegativeOrDoNotFit() throws {
        let encoder = try Testdata.encoder("series")
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        let values = window(encoder, 0)
        assertKind(.argument) { try encoder.encode(values, channels: -1, steps: steps) }
        assertKind(.argument) { try encoder.encode(values, channels: 1 << 40, steps: steps) }
        assertKind(.argument) { try encoder.encode(.tensor(values, shape: [-3, -8])) }
        assertKind(.argument) { try encoder.encode(.image(Data(count: 3), format: .rgb8, width: -1, height: -1)) }
        assertKind(.argument) { try encoder.encode(batch: [], threads: -1) }
        assertKind(.argument) { try encoder.encode(batch: [.series(values, channels: 1 << 40, steps: 1)]) }
        assertKind(.inputShape) { try encoder.encode(values, channels: channels, steps: steps + 1) }
        assertKind(.inputShape) { try encoder.encode(values, channels: Int(Int32.max), steps: Int(Int32.max)) }
        assertKind(.inputShape) { try encoder.encode([], channels: channels, steps: steps) }
        assertKind(.inputShape) { try encoder.encode(.image(Data(count: 2), format: .rgb8, width: 1, height: 1)) }
        assertKind(.inputKind) { try encoder.encode(.record(["age": 39, "work": "state", "city": nil])) }
        assertKind(.inputNotFinite) { try encoder.encode(values.map { _ in .nan }, channels: channels, steps: steps) }
    }

    func testOptionsThatMakeNoSense() throws {
        let data = try Data(contentsOf: try Testdata.encoderURL("series"))
        assertKind(.argument) { try Encoder(data: data, options: EncoderOptions(memo: Data(count: 31))) }
        assertKind(.argument) { try Encoder(data: data, options: EncoderOptions(threads: -1)) }
        assertKind(.argument) { try Encoder(data: data, options: EncoderOptions(maxBytes: -1)) }
        assertKind(.argument) { try Encoder(data: data, options: EncoderOptions(maxWork: -1)) }
        assertKind(.modelTooLarge) { try Encoder(data: data, options: EncoderOptions(maxWork: 1)) }
        assertKind(.modelTooLarge) { try Encoder(data: data, options: EncoderOptions(maxBytes: data.count - 1)) }
        _ = try Encoder(data: data, options: EncoderOptions(maxBytes: data.count, threads: 3, memo: Data(count: 32)))
        assertKind(.argument) { try Encoder(contentsOf: try XCTUnwrap(URL(string: "https://example.org/encoder.onnx"))) }
    }

    func testAnEmptyBatchHasNoRows() throws {
        let features = try Testdata.encoder("series").encode(batch: [])
        XCTAssertEqual(features.rows, 0)
        XCTAssertEqual(features.values, [])
        XCTAssertEqual(try Features(data: features.data).shape, features.shape)
    }

    func testDataThatIsASliceOfOtherData() throws {
        let image = try Testdata.encoder("image")
        let (width, height) = (5, 4)
        let pixels = Data((0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * 31) })
        let slice = (Data(count: 7) + pixels + Data(count: 3)).dropFirst(7).dropLast(3)
        let expected = try image.encode(.image(pixels, format: .rgb8, width: width, height: height)).values
        let input = Input.image(slice, format: .rgb8, width: width, height: height)
        XCTAssertEqual(try image.encode(input).values, expected)
        XCTAssertEqual(try image.encode(batch: [input]).values, expected)
        let stored = Data(count: 5) + (try image.encode(input).data)
        XCTAssertEqual(try Features(data: stored.dropFirst(5)).values, expected)
    }

    func testFloatsWhereTheyLie() throws {
        let encoder = try Testdata.encoder("series")
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        // One float into an array, so that the memory is not aligned to more than a float.
        let values = [Float(9)] + window(encoder, 3)
        let found = try values[1...].withUnsafeBufferPointer { try encoder.encode($0, channels: channels, steps: steps) }
        XCTAssertEqual(found.values, try encoder.encode(window(encoder, 3), channels: channels, steps: steps).values)
    }

    func testSeveralThreadsOnOneEncoderGiveWhatOneGives() throws {
        let encoder = try Testdata.encoder("series")
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        let windows = (0..<16).map { window(encoder, $0) }
        let expected = try windows.map { try encoder.encode($0, channels: channels, steps: steps).values }
        let wrong = Counter()
        DispatchQueue.concurrentPerform(iterations: 400) { index in
            let found = try? encoder.encode(windows[index % 16], channels: channels, steps: steps).values
            if found != expected[index % 16] { wrong.add() }
        }
        XCTAssertEqual(wrong.count, 0)
    }

    func testManyTasksOnOneEncoder() async throws {
        let encoder = try await Encoder.load(contentsOf: try Testdata.encoderURL("series"))
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        let input = Input.series(window(encoder, 5), channels: channels, steps: steps)
        let expected = try await encoder.encode(input).values
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { try await encoder.encode(input).values == expected } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        XCTAssertEqual(right, 100)
        let rows = try await encoder.encode(batch: [input, input, input]).rows
        XCTAssertEqual(rows, 3)
    }

    func testErrorsComeThroughTasksAsTheyAre() async throws {
        let encoder = try await Encoder.load(contentsOf: try Testdata.encoderURL("series"))
        do {
            _ = try await encoder.encode(.series([1], channels: 1, steps: 2))
            XCTFail("nothing was thrown")
        } catch {
            XCTAssertEqual((error as? TiprdcError)?.kind, .inputShape)
        }
        await assertCancelled { try await encoder.encode(.series([1], channels: 1, steps: 2)) }
    }

    /// An `await` that waits for nothing would be a warning, and so an error here: the calls are the async ones.
    func testLoadingBytesAndEncodingAWindowInTasks() async throws {
        let encoder = try await Encoder.load(data: try Data(contentsOf: try Testdata.encoderURL("series")))
        XCTAssertEqual(encoder.info.digest, try Testdata.encoder("series").info.digest)
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        let values = window(encoder, 6)
        let found = try await encoder.encode(values, channels: channels, steps: steps).values
        let expected = try await encoder.encode(.series(values, channels: channels, steps: steps)).values
        XCTAssertEqual(found, expected)
        await assertCancelled { try await encoder.encode(values, channels: channels, steps: steps) }
    }

    /// Runs `call` in a task that was cancelled before; only functions that are async notice.
    private func assertCancelled(_ call: @escaping @Sendable () async throws -> Features) async {
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await call()
        }
        let result = await cancelled.result
        XCTAssertThrowsError(try result.get()) { XCTAssert($0 is CancellationError) }
    }

    func testForgettingAnEncoderWhileOtherThreadsEncode() throws {
        for _ in 0..<20 {
            var encoder: Encoder? = try Testdata.encoder("series")
            let shape = try XCTUnwrap(encoder).info.inputShape
            let values = window(try XCTUnwrap(encoder), 1)
            let failed = Counter()
            let group = DispatchGroup()
            for _ in 0..<4 {
                let shared = try XCTUnwrap(encoder)
                DispatchQueue.global().async(group: group) {
                    for _ in 0..<10 where (try? shared.encode(values, channels: shape[0], steps: shape[1])) == nil { failed.add() }
                }
            }
            encoder = nil
            group.wait()
            XCTAssertEqual(failed.count, 0)
        }
    }

    func testFeaturesOutliveTheirEncoder() throws {
        var encoder: Encoder? = try Testdata.encoder("series")
        let shape = try XCTUnwrap(encoder).info.inputShape
        let digest = try XCTUnwrap(encoder).info.digest
        let features = try XCTUnwrap(encoder).encode(window(try XCTUnwrap(encoder), 1), channels: shape[0], steps: shape[1])
        let before = features.values
        encoder = nil
        XCTAssertEqual(features.values, before)
        XCTAssertNil(features.indices)
        XCTAssertEqual(try Features(data: features.data).encoder, digest)
    }
}

/// A number that threads add to.
private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0
    var count: Int { lock.withLock { value } }
    func add() { lock.withLock { value += 1 } }
}
