// The median of a call with 48 KiB in and 128 KiB out, in microseconds; `scripts/swift.sh bench` compares it with Rust's own.
//
// The first argument is the encoder that `core/examples/overhead.rs` writes.

import Foundation
import Tiprdc

let channels = 6
let steps = 2048
let calls = 3000

func report(_ what: String, _ call: () throws -> Void) rethrows {
    for _ in 0..<calls / 10 { try call() }
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<calls {
        let time = try clock.measure(call).components
        times.append(Double(time.seconds) * 1e6 + Double(time.attoseconds) / 1e12)
    }
    times.sort()
    print("\(what)\t\(String(format: "%.1f", times[calls / 2]))")
}

let window = (0..<channels * steps).map { Float($0 % 11) }
let encoder = try Encoder(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let kept = try encoder.encode(window, channels: channels, steps: steps)
try report("encode") { _ = try encoder.encode(window, channels: channels, steps: steps).data }
try report("encode, values") { _ = try encoder.encode(window, channels: channels, steps: steps).values }
report("values") { _ = kept.values }
