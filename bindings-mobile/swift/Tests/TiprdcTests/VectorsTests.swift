import Foundation
import XCTest

// For making errors of every kind, which only the package does.
@testable import Tiprdc

/// All vectors that all languages share; an unknown kind of file is a failure.
final class VectorsTests: XCTestCase {
    private var ran = 0

    func testEveryCaseOfEveryFile() throws {
        let vectors = try Testdata.vectors()
        XCTAssertFalse(vectors.isEmpty, "there are no vectors")
        for (name, json) in vectors {
            let before = ran
            switch try text(json, "kind") {
            case "errors": attempt(name, "the table") { try checkErrors(json) }
            case "encode": try encodeCases(name, json)
            case "load": try each(name, json, checkLoad)
            case "features": try each(name, json, checkFeatures)
            case "resolve": try each(name, json, checkResolve)
            case "windows": try each(name, json) { try checkWindows(json, $0) }
            case let kind: XCTFail("no test knows the kind \(kind)")
            }
            XCTAssertGreaterThan(ran, before, "\(name) has no cases")
        }
        print("vectors: \(ran) cases of \(vectors.count) files")
    }

    private func each(_ name: String, _ json: JSON, _ check: (JSON) throws -> Void) throws {
        for testCase in try objects(json, "cases") {
            attempt(name, try text(testCase, "name")) { try check(testCase) }
        }
    }

    private func attempt(_ file: String, _ name: String, _ check: () throws -> Void) {
        ran += 1
        let failed = testRun?.totalFailureCount ?? 0
        do {
            try check()
        } catch {
            XCTFail("\(file): \(name): \(error)")
        }
        if (testRun?.totalFailureCount ?? 0) > failed { print("failed: \(file): \(name)") }
    }

    private func checkErrors(_ json: JSON) throws {
        let expected = try objects(json, "kinds").map { [try whole($0, "code").description, try text($0, "name"), try text($0, "meaning")] }
        let found = TiprdcError.Kind.allCases.map { kind in
            let name = "\(kind)"
            return [kind.rawValue.description, name.prefix(1).uppercased() + name.dropFirst(), kind.meaning]
        }
        XCTAssertEqual(Set(expected), Set(found), "kinds that are missing, extra, or say something else")
        XCTAssertEqual(expected.count, found.count)
        for kind in TiprdcError.Kind.allCases {
            let error = TiprdcError(kind, "a message")
            XCTAssertEqual(error.kind, kind)
            XCTAssertEqual(error.code, kind.rawValue)
            XCTAssertEqual(error.message, "a message")
            XCTAssertEqual(error.localizedDescription, "a message")
        }
    }

    private func encodeCases(_ name: String, _ json: JSON) throws {
        let memo = try optional(json, "memo", String.self).map(hex)
        let encoder = try Encoder(contentsOf: Testdata.url(try text(json, "encoder")), options: EncoderOptions(memo: memo))
        attempt(name, "info") { try checkInfo(json, encoder.info) }
        try each(name, json) { try checkEncode(json, $0, encoder) }
    }

    private func checkInfo(_ json: JSON, _ info: EncoderInfo) throws {
        let input = try XCTUnwrap(json["input"] as? JSON)
        XCTAssertEqual(info.name, try text(json, "name"))
        XCTAssertEqual(info.version, try text(json, "version"))
        XCTAssertEqual(info.digest, try text(json, "digest"))
        XCTAssertEqual(info.inputKind, try text(input, "kind"))
        XCTAssertEqual(info.inputShape, try wholes(input, "shape"))
        XCTAssertEqual(info.outputShape, try wholes(json, "output_shape"))
        XCTAssertEqual(info.release, try text(json, "release"))
        XCTAssertEqual(info.dtype, try text(json, "dtype"))
        XCTAssertEqual(info.epsilon, try optional(json, "epsilon", Double.self))
        XCTAssertEqual(info.delta, try optional(json, "delta", Double.self))
        let manifest = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(info.manifest.utf8)) as? JSON)
        XCTAssertEqual(info.name, try text(manifest, "name"))
        XCTAssertEqual(info.privateAttributes, (manifest["method"] as? JSON)?["private"] as? [String])
    }

    private func checkEncode(_ json: JSON, _ testCase: JSON, _ encoder: Encoder) throws {
        func encode() throws -> Features {
            guard let batch = try optional(testCase, "batch", [JSON].self) else {
                return try encoder.encode(try input(try XCTUnwrap(testCase["input"] as? JSON)))
            }
            return try encoder.encode(batch: try batch.map(input), threads: try optional(testCase, "threads", Int.self))
        }
        if let code = try optional(testCase, "error", Int.self) {
            XCTAssertEqual(failure("an error \(code) was expected", encode)?.code, code)
            return
        }
        let found = try encode()
        let expected = try XCTUnwrap(testCase["features"] as? JSON)
        try checkNumbers(expected, found, try float(try XCTUnwrap(json["tolerance"])))
        XCTAssertEqual(found.encoder, try text(json, "digest"))
        XCTAssertEqual(found.release, try text(json, "release"))
        XCTAssertEqual(found.dtype, try text(json, "dtype"))
        XCTAssertEqual(found.indices, try optional(expected, "indices", [Int].self))
        XCTAssertEqual(found.table, try optional(expected, "table", String.self))
    }

    /// Shape and numbers are the expected ones.
    private func checkNumbers(_ expected: JSON, _ found: Features, _ tolerance: Float) throws {
        XCTAssertEqual(found.shape, try wholes(expected, "shape"))
        XCTAssertEqual(found.rows, found.shape[0])
        let numbers = try floats(expected, "data")
        let values = found.values
        XCTAssertEqual(values.count, numbers.count)
        for (index, (number, value)) in zip(numbers, values).enumerated() {
            let same = number == value || (number.isNaN && value.isNaN)
            XCTAssert(same || abs(number - value) <= tolerance, "feature \(index): \(number), found \(value)")
        }
    }

    private func checkWindows(_ json: JSON, _ testCase: JSON) throws {
        let encoder = try Encoder(contentsOf: Testdata.url(try text(json, "encoder")))
        let sensors = try objects(testCase, "sensors").map { sensor in
            SensorEvents(
                seconds: try XCTUnwrap(sensor["seconds"] as? [Double]), values: try floats(sensor, "values"),
                axes: try whole(sensor, "axes"), factor: try XCTUnwrap(sensor["factor"] as? Double))
        }
        func cut() throws -> [Input] { try encoder.windows(sensors, stride: try whole(testCase, "stride")) }
        if let code = try optional(testCase, "error", Int.self) {
            XCTAssertEqual(failure("an error \(code) was expected", cut)?.code, code)
            return
        }
        let expected = try XCTUnwrap(testCase["windows"] as? JSON)
        let found = try cut()
        XCTAssertEqual(found.count, try wholes(expected, "shape")[0])
        let values = found.flatMap { input -> [Float] in
            guard case .series(let data, _, _) = input.content else { return [] }
            return data
        }
        let numbers = try floats(expected, "data")
        XCTAssertEqual(values.count, numbers.count)
        let tolerance = try float(try XCTUnwrap(json["tolerance"]))
        for (number, value) in zip(numbers, values) { XCTAssertLessThanOrEqual(abs(number - value), tolerance) }
    }

    private func checkLoad(_ testCase: JSON) throws {
        let url = Testdata.url(try text(testCase, "file"))
        let options = EncoderOptions(
            maxBytes: try optional(testCase, "max_bytes", Int.self), maxWork: try optional(testCase, "max_work", Int.self))
        var loads: [() throws -> Encoder] = [{ try Encoder(contentsOf: url, options: options) }]
        if FileManager.default.fileExists(atPath: url.path) {
            loads.append { try Encoder(data: try Data(contentsOf: url), options: options) }
        }
        for load in loads {
            guard let code = try optional(testCase, "error", Int.self) else {
                _ = try load()
                continue
            }
            XCTAssertEqual(failure("an error \(code) was expected", load)?.code, code)
        }
    }

    private func checkFeatures(_ testCase: JSON) throws {
        let data = try Testdata.data(try text(testCase, "file"))
        if let code = try optional(testCase, "error", Int.self) {
            XCTAssertEqual(failure("an error \(code) was expected") { try Features(data: data) }?.code, code)
            return
        }
        let first = try Features(data: data)
        for features in [first, try Features(data: first.data)] {
            try checkNumbers(testCase, features, 0)
            XCTAssertEqual(features.encoder, try text(testCase, "encoder"))
            XCTAssertEqual(features.release, try text(testCase, "release"))
            XCTAssertEqual(features.dtype, try text(testCase, "dtype"))
            XCTAssertEqual(features.indices, try optional(testCase, "indices", [Int].self))
            XCTAssertEqual(features.table, try optional(testCase, "table", String.self))
        }
    }

    private func checkResolve(_ testCase: JSON) throws {
        func resolve() throws -> Features {
            let features = try Features(data: try Testdata.data(try text(testCase, "features")))
            let table = try SubstituteTable(data: try Testdata.data(try text(testCase, "table")))
            let resolved = try table.resolve(features)
            XCTAssertEqual(features.table, table.digest)
            return resolved
        }
        if let code = try optional(testCase, "error", Int.self) {
            XCTAssertEqual(failure("an error \(code) was expected", resolve)?.code, code)
            return
        }
        try checkNumbers(try XCTUnwrap(testCase["resolved"] as? JSON), try resolve(), 0)
    }
}
