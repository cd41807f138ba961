import Foundation
internal import TiprdcRaw

/// Events of one sensor with several axes, such as a gyroscope: when each came, and what it said.
///
/// ```swift
/// let rotation = SensorEvents(seconds: times, values: radiansPerSecond)
/// let acceleration = SensorEvents(seconds: times, values: g)
/// let features = try encoder.encode(batch: try encoder.windows([rotation, acceleration], stride: 64))
/// ```
public struct SensorEvents: Sendable {
    let seconds: [Double]
    let values: [Float]
    let axes: Int
    let factor: Double

    /// - Parameters:
    ///   - seconds: Times on one clock for all sensors, rising: `CMLogItem.timestamp`.
    ///   - values: Row-major `[events, axes]`: all axes of the first event come first.
    ///   - axes: How many values an event has.
    ///   - factor: What every value is multiplied by: another unit, another sign.
    public init(seconds: [Double], values: [Float], axes: Int = 3, factor: Double = 1) {
        self.seconds = seconds
        self.values = values
        self.axes = axes
        self.factor = factor
    }

    func described() throws -> RawEvents {
        guard axes >= 0, seconds.count * axes == values.count else {
            throw TiprdcError.inputShape(
                "\(seconds.count) sensor events of \(axes) axes need as many values as both multiply to, found \(values.count)")
        }
        return RawEvents(count: try size("events", seconds.count), axes: try size("axes", axes), factor: factor)
    }
}

extension SensorEvents: CustomStringConvertible, CustomReflectable {
    /// Says what it is only: events are private, and this ends up in logs.
    public var description: String { "SensorEvents" }

    /// Says what it is only.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension Encoder {
    /// Cuts timestamped events of one sensor or several into windows that this encoder takes, at its rate.
    ///
    /// The axes of the first sensor are the first channels. Values between two events are interpolated linearly, and nothing is
    /// extrapolated; windows begin `stride` samples apart, and a rest that fills none is left out. Fewer events than a window are
    /// no windows.
    ///
    /// - Throws: ``TiprdcError/inputShape(_:)`` if the sensors have not as many axes together as the encoder has channels, times do
    ///   not rise, or events lie more than three samples of the encoder apart: cut the recording there;
    ///   ``TiprdcError/inputKind(_:)`` if this encoder takes no series.
    public func windows(_ sensors: [SensorEvents], stride: Int) throws -> [Input] {
        let described = try sensors.map { try $0.described() }
        var bytes = Data()
        for sensor in sensors {
            sensor.seconds.withUnsafeBytes { bytes.append(contentsOf: $0) }
            sensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        let step = try size("stride", stride)
        let count = Int(try calling { try raw.countWindows(sensors: described, bytes: bytes, stride: step) })
        let (channels, steps) = (info.inputShape[0], info.inputShape[1])
        var numbers = [Float](repeating: 0, count: count * channels * steps)
        try numbers.withUnsafeMutableBytes { memory in
            let address = UInt64(UInt(bitPattern: memory.baseAddress))
            try calling {
                try raw.windows(
                    sensors: described, bytes: bytes, stride: step, address: address, capacity: UInt64(memory.count))
            }
        }
        return (0..<count).map { window in
            let length = channels * steps
            return .series(Array(numbers[window * length..<(window + 1) * length]), channels: channels, steps: steps)
        }
    }
}
