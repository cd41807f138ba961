import Foundation
internal import TiprdcRaw

/// Runs a call into the library; every way it can fail becomes a ``TiprdcError``.
func calling<T>(_ call: () throws -> T) throws -> T {
    do {
        return try call()
    } catch Failure.Kind(let code, let reason) {
        throw TiprdcError(TiprdcError.Kind(rawValue: Int(code)) ?? .internal, reason)
    } catch let error as TiprdcError {
        throw error
    } catch {
        // Without the text of a panic: nobody has checked it for user data.
        throw TiprdcError.internal("a failure inside the library; please report what you called")
    }
}

/// A size as the library takes it.
func size(_ what: String, _ number: Int) throws -> Int32 {
    guard let size = Int32(exactly: number) else {
        throw TiprdcError.argument("\(what) must fit into 32 bits, found \(number)")
    }
    return size
}

extension UnsafeRawBufferPointer {
    /// The same memory as `Data`, valid in `body` only: the library reads it in place.
    func withData<T>(_ body: (Data) throws -> T) rethrows -> T {
        guard let baseAddress else { return try body(Data()) }
        let pointer = UnsafeMutableRawPointer(mutating: baseAddress)
        return try body(Data(bytesNoCopy: pointer, count: count, deallocator: .none))
    }
}

/// Lets `encode` write a features file into memory of `capacity` bytes, which becomes the features' own.
func delivered(_ capacity: Int64, _ encode: (_ address: UInt64, _ capacity: UInt64) throws -> Delivered) throws -> Features {
    guard let memory = malloc(Int(capacity)) else {
        throw TiprdcError.argument("there is no memory for \(capacity) bytes of features")
    }
    do {
        let delivered = try calling { try encode(UInt64(UInt(bitPattern: memory)), UInt64(capacity)) }
        let data = Data(bytesNoCopy: memory, count: Int(delivered.length), deallocator: .free)
        return Features(data: data, header: delivered.header)
    } catch {
        free(memory)
        throw error
    }
}
