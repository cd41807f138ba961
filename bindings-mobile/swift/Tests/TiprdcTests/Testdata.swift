import Foundation
import Tiprdc
import XCTest

typealias JSON = [String: Any]

/// The test data that all languages share: `testdata/` of the project, named by the variable TIPRDC_TESTDATA.
enum Testdata {
    static let root: URL = {
        guard let path = ProcessInfo.processInfo.environment["TIPRDC_TESTDATA"] else {
            fatalError("the variable TIPRDC_TESTDATA names the folder of test data")
        }
        return URL(fileURLWithPath: path, isDirectory: true)
    }()

    /// Every file of vectors, by listing the folder.
    static func vectors() throws -> [(name: String, json: JSON)] {
        let folder = root.appendingPathComponent("vectors")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
        return try names.sorted().map { name in
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            let json = try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? JSON)
            XCTAssertEqual(json["format"] as? Int, 1, "\(name) has another format")
            return (name, json)
        }
    }

    static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

    static func data(_ path: String) throws -> Data { try Data(contentsOf: url(path)) }

    /// An encoder of the vectors with this kind of input, and with an exact release: the same input, the same features.
    static func encoderURL(_ inputKind: String) throws -> URL {
        let vector = try vectors().first { _, json in
            json["kind"] as? String == "encode" && json["release"] as? String == "exact"
                && (json["input"] as? JSON)?["kind"] as? String == inputKind
        }
        return url(try XCTUnwrap(vector?.json["encoder"] as? String))
    }

    static func encoder(_ inputKind: String) throws -> Encoder { try Encoder(contentsOf: try encoderURL(inputKind)) }
}

/// A string that must be there.
func text(_ json: JSON, _ key: String) throws -> String { try XCTUnwrap(json[key] as? String, key) }

/// A whole number that must be there.
func whole(_ json: JSON, _ key: String) throws -> Int { try XCTUnwrap(json[key] as? Int, key) }

/// Whole numbers that must be there.
func wholes(_ json: JSON, _ key: String) throws -> [Int] { try XCTUnwrap(json[key] as? [Int], key) }

/// Objects that must be there.
func objects(_ json: JSON, _ key: String) throws -> [JSON] { try XCTUnwrap(json[key] as? [JSON], key) }

/// What may be null.
func optional<T>(_ json: JSON, _ key: String, _ type: T.Type) throws -> T? {
    guard let value = json[key], !(value is NSNull) else { return nil }
    return try XCTUnwrap(value as? T, key)
}

/// A number, or the string that stands for what JSON has no number for.
func float(_ value: Any) throws -> Float {
    if let number = value as? NSNumber { return number.floatValue }
    switch try XCTUnwrap(value as? String) {
    case "nan": return .nan
    case "inf": return .infinity
    case "-inf": return -.infinity
    default: throw TestdataError.unknown("number")
    }
}

func floats(_ json: JSON, _ key: String) throws -> [Float] { try XCTUnwrap(json[key] as? [Any], key).map(float) }

enum TestdataError: Error {
    case unknown(String)
}

/// An input of the vectors, as an app would make it.
func input(_ json: JSON) throws -> Input {
    switch try text(json, "kind") {
    case "series":
        return .series(try floats(json, "data"), channels: try whole(json, "channels"), steps: try whole(json, "steps"))
    case "tensor":
        return .tensor(try floats(json, "data"), shape: try wholes(json, "shape"))
    case "image":
        let pixels = Data(try wholes(json, "pixels").map(UInt8.init))
        let format = try XCTUnwrap(PixelFormat(rawValue: try text(json, "format")))
        return .image(pixels, format: format, width: try whole(json, "width"), height: try whole(json, "height"))
    case "record":
        return .record(try objects(json, "fields").map(field))
    default:
        throw TestdataError.unknown("kind of input")
    }
}

private func field(_ json: JSON) throws -> (name: String, value: FieldValue) {
    let name = try text(json, "name")
    if let number = json["number"] { return (name, .number(try float(number))) }
    if json["text"] != nil { return (name, .text(try text(json, "text"))) }
    if let boolean = json["boolean"] as? Bool { return (name, .boolean(boolean)) }
    if json["missing"] != nil { return (name, .missing) }
    throw TestdataError.unknown("value of a field")
}

func hex(_ text: String) -> Data {
    let digits = Array(text)
    return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! })
}

/// Runs `call`; it must fail with a ``TiprdcError``.
@discardableResult
func failure(_ what: String = "", file: StaticString = #filePath, line: UInt = #line, _ call: () throws -> Any) -> TiprdcError? {
    do {
        _ = try call()
        XCTFail("\(what): nothing was thrown", file: file, line: line)
    } catch let error as TiprdcError {
        return error
    } catch {
        XCTFail("\(what): another error was thrown: \(type(of: error))", file: file, line: line)
    }
    return nil
}

/// Runs `call`; it must fail with an error of this kind.
func assertKind(_ kind: TiprdcError.Kind, file: StaticString = #filePath, line: UInt = #line, _ call: () throws -> Any) {
    XCTAssertEqual(failure(file: file, line: line, call)?.kind, kind, file: file, line: line)
}
