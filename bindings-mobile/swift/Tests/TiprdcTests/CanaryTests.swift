import Foundation
import Tiprdc
import XCTest

/// No message, and nothing that a careless log line would print, holds user data.
final class CanaryTests: XCTestCase {
    private let number: Float = 48151.62
    private let text = "canary-4815162342"

    private func assertClean(_ what: String, line: UInt = #line) {
        XCTAssertFalse(what.isEmpty, "there is nothing to look at", line: line)
        for canary in ["48151", "4815162342", "canary"] {
            XCTAssertFalse(what.contains(canary), "holds user data: \(what)", line: line)
        }
    }

    private func assertCleanFailure(line: UInt = #line, _ call: () throws -> Any) {
        guard let error = failure(line: line, call) else { return }
        assertClean(error.message, line: line)
        assertClean("\(error)", line: line)
        assertClean(error.localizedDescription, line: line)
    }

    /// Everything that printing, string interpolation and `dump` show.
    private func shown(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(dumped)"
    }

    func testNumbersStayOutOfMessages() throws {
        let encoder = try Testdata.encoder("series")
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        var window = [Float](repeating: number, count: channels * steps)
        assertClean(shown(Input.series(window, channels: channels, steps: steps)))
        assertCleanFailure { try encoder.encode(window, channels: channels, steps: steps - 1) }
        assertCleanFailure { try encoder.encode(.tensor(window, shape: [window.count])) }
        window[1] = .nan
        assertCleanFailure { try encoder.encode(window, channels: channels, steps: steps) }
        assertCleanFailure { try encoder.encode(batch: [.series(window, channels: channels, steps: steps)]) }
    }

    func testTextsStayOutOfMessages() throws {
        let encoder = try Testdata.encoder("record")
        let input = Input.record(["no such field": .text(text)])
        assertCleanFailure { try encoder.encode(input) }
        assertClean(shown(input))
    }

    func testFeaturesAndSecretsStayOutOfLogs() throws {
        let encoder = try Testdata.encoder("series")
        let (channels, steps) = (encoder.info.inputShape[0], encoder.info.inputShape[1])
        let window = (0..<channels * steps).map { Float($0) * 0.37 }
        let features = try encoder.encode(window, channels: channels, steps: steps)
        let looks = shown(features)
        XCTAssert(looks.contains("shape"))
        for value in features.values.map(\.description) where value.count > 4 { XCTAssertFalse(looks.contains(value)) }
        XCTAssertFalse(looks.contains("bytes"), "the bytes of the file are shown")
        XCTAssertFalse(shown(EncoderOptions(memo: Data(repeating: 77, count: 32))).contains("77"))
    }

    func testBytesOfFilesStayOutOfMessages() {
        assertCleanFailure { try Encoder(data: Data(text.utf8)) }
        assertCleanFailure { try Features(data: Data(text.utf8)) }
        assertCleanFailure { try SubstituteTable(data: Data(text.utf8)) }
    }
}
