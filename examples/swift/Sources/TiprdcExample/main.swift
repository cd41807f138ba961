// Encodes a recording of phone motion, window by window, and writes what may leave the device.

import Foundation
import Tiprdc

let channels = 6
let steps = 128
let stride = 64

/// Rows of the recording, one sample of all channels each.
func read(_ url: URL) throws -> [[Float]] {
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
    return lines.map { line in line.split(separator: ",").compactMap { Float($0) } }
}

/// Overlapping windows, each with all steps of the first channel first.
func windows(_ rows: [[Float]]) -> [[Float]] {
    Swift.stride(from: 0, through: rows.count - steps, by: stride).map { start in
        (0..<channels).flatMap { channel in rows[start..<start + steps].map { $0[channel] } }
    }
}

let arguments = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
guard arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: TiprdcExample ENCODER.onnx RECORDING.csv FEATURES.safetensors\n".utf8))
    exit(2)
}
let encoder = try Encoder(contentsOf: arguments[0])
let inputs = windows(try read(arguments[1])).map { Input.series($0, channels: channels, steps: steps) }
let features = try encoder.encode(batch: inputs)
try features.data.write(to: arguments[2])
print("wrote \(arguments[2].lastPathComponent): features of shape \(features.shape)")
