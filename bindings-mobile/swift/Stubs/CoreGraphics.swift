// Stands in for Apple's module where there is none: as much of it as the package uses, with Apple's signatures. Never shipped.
//
// It draws nothing: scripts/swift.sh only checks that CGImage.swift compiles against it.

import Foundation

public final class CGImage {
    public var width: Int { 0 }
    public var height: Int { 0 }
}

public final class CGColorSpace {
    public static let sRGB: CFString = CFString()
    public init?(name: CFString) {}
}

public final class CFString: Sendable {}

public enum CGImageAlphaInfo: UInt32 {
    case none, premultipliedLast, premultipliedFirst
}

public final class CGContext {
    public init?(
        data: UnsafeMutableRawPointer?, width: Int, height: Int, bitsPerComponent: Int, bytesPerRow: Int, space: CGColorSpace,
        bitmapInfo: UInt32
    ) {}

    public func draw(_ image: CGImage, in rect: CGRect, byTiling: Bool = false) {}
}
