#if canImport(CoreGraphics)
    import CoreGraphics
    import Foundation

    extension Encoder {
        /// Encodes a photo, on the calling thread; see ``encode(_:)-(Input)``.
        ///
        /// - Throws: ``TiprdcError/argument(_:)`` if the image cannot be drawn, and what ``encode(_:)-(Input)`` throws.
        public func encode(_ image: CGImage) throws -> Features {
            try encode(Input.image(image))
        }

        /// Encodes a photo, away from the main actor; its pixels are drawn there, too.
        ///
        /// - Throws: What the function without `await` throws, and `CancellationError` if the task was cancelled before.
        public func encode(_ image: CGImage) async throws -> Features {
            try Task.checkCancellation()
            return try await encode(Input.image(image))
        }
    }

    extension Input {
        /// A photo. Its pixels are drawn as sRGB, 8 bits a channel, now.
        ///
        /// A `CGImage` knows nothing of the camera's orientation: rotate it upright first, as the training images were. Where
        /// it is transparent, its pixels are dark.
        ///
        /// - Throws: ``TiprdcError/argument(_:)`` if it cannot be drawn.
        public static func image(_ image: CGImage) throws -> Input {
            let (width, height) = (image.width, image.height)
            var pixels = Data(count: width * height * 4)
            let drawn = pixels.withUnsafeMutableBytes { memory in
                guard
                    let space = CGColorSpace(name: CGColorSpace.sRGB),
                    let context = CGContext(
                        data: memory.baseAddress, width: width, height: height, bitsPerComponent: 8, bytesPerRow: width * 4,
                        space: space, bitmapInfo: CGImageAlphaInfo.premultipliedLast.rawValue)
                else { return false }
                context.draw(image, in: CGRect(x: 0, y: 0, width: width, height: height))
                return true
            }
            guard drawn else {
                throw TiprdcError.argument("an image of \(width) x \(height) pixels cannot be drawn as sRGB")
            }
            return .image(pixels, format: .rgba8, width: width, height: height)
        }
    }
#endif
