import CSIMT

/// The storage of a module's `global` and `const` variables on one memory.
final class ModuleInstance {
    let program: ProgramCode
    /// One for each global variable, in the order of `ProgramCode.globals`.
    let globals: [UnsafeMutableRawBufferPointer]
    /// The constant bank.
    let constants: UnsafeMutableRawBufferPointer

    init(_ program: ProgramCode) {
        self.program = program
        globals = program.globals.map { Self.storage($0.bytes) }
        constants = Self.storage(program.constantBank)
    }

    deinit {
        for bytes in globals { bytes.deallocate() }
        constants.deallocate()
    }

    private static func storage(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 16), alignment: 256)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
        storage.copyBytes(from: bytes)
        return storage
    }
}
