import CCUDADriver
import Synchronization

/// The state behind the driver's functions, made by `cuInit`; nil before.
///
/// A C function can be handed nothing that the driver's interface does not name, so this state is one for the process.
/// Every function works on it alone, one after another.
let registry = Mutex<EmulatedDriver?>(nil)

/// Why a function does not answer with success.
struct DriverError: Error {
    /// A `CUresult`.
    var code: Int32

    init(_ code: Int32) { self.code = code }
}

/// Answers a call that needs no context.
func answer(_ body: (EmulatedDriver) throws(DriverError) -> Void) -> Int32 {
    registry.withLock { driver -> Int32 in
        guard let driver else { return CCUDA_NOT_INITIALIZED }
        do throws(DriverError) {
            try body(driver)
            return CCUDA_SUCCESS
        } catch {
            return error.code
        }
    }
}

/// Answers a call that is done in the context of the calling thread; after a kernel's error it is answered with that.
func answerInContext(_ body: (EmulatedContext) throws(DriverError) -> Void) -> Int32 {
    answer { driver throws(DriverError) in
        let context = try driver.currentContext()
        if let error = context.error { throw DriverError(error) }
        try body(context)
    }
}

/// Writes a result where the caller wants it.
func store<Value>(_ value: Value, to place: UnsafeMutablePointer<Value>?) throws(DriverError) {
    guard let place else { throw DriverError(CCUDA_INVALID_VALUE) }
    place.pointee = value
}

/// Writes a text with its closing zero, as much of it as there is room for.
func store(_ text: String, to place: UnsafeMutablePointer<CChar>?, size: Int32) throws(DriverError) {
    guard let place, size > 0 else { throw DriverError(CCUDA_INVALID_VALUE) }
    let characters = text.utf8.prefix(Int(size) - 1).map { CChar(bitPattern: $0) } + [0]
    for (index, character) in characters.enumerated() { place[index] = character }
}
