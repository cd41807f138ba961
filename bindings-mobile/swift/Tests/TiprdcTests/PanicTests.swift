import TiprdcRaw
import XCTest

@testable import Tiprdc

/// A panic in Rust is an ordinary error of this package; its words, which may hold a value, stay behind.
final class PanicTests: XCTestCase {
    func testAPanicIsAnInternalErrorWithoutItsWords() throws {
        XCTAssertThrowsError(try panicOnPurpose()) { XCTAssert("\($0)".contains("canary"), "there are no words to hold back") }
        let error = try XCTUnwrap(failure { try calling { try panicOnPurpose() } })
        XCTAssertEqual(error.code, 900)
        XCTAssertFalse("\(error) \(error.localizedDescription)".contains("canary"))
    }
}
