import CCUDADriver
import SIMT

/// A loaded program.
final class EmulatedModule {
    let text: PTXModule
    let program: SIMTProgram
    /// The handles that were given out, by symbol.
    var kernels: [String: OpaquePointer] = [:]

    init(_ text: PTXModule) { (self.text, program) = (text, SIMTProgram(text)) }
}

/// A kernel of a loaded program.
final class EmulatedKernel {
    let module: EmulatedModule
    let parameters: [PTXParameter]
    /// Threads that a block may have.
    let threadsPerBlock: Int
    /// Bytes of shared memory that the kernel declares.
    let sharedBytes: Int
    /// Bytes that a launch may add.
    private(set) var dynamicSharedBytes: Int
    private let name: String
    private let sharedLimit: Int

    /// - Throws: not found where the module has no kernel of the name, not supported where it cannot be emulated.
    init(_ name: String, of module: EmulatedModule, on model: GPUModel) throws(DriverError) {
        guard let function = module.text.kernels.first(where: { $0.name == name }) else {
            throw DriverError(CCUDA_NOT_FOUND)
        }
        guard let sharedBytes = module.program.sharedBytes(of: name) else { throw DriverError(CCUDA_NOT_SUPPORTED) }
        (self.name, self.module, self.sharedBytes) = (name, module, sharedBytes)
        parameters = function.parameters
        let bound = function.bounds.maximumThreads ?? function.bounds.requiredThreads
        threadsPerBlock = min(model.residency.threadsPerBlock, bound?.reduce(1) { $0 * min($1, 1024) } ?? .max)
        dynamicSharedBytes = max(EmulatedKernel.sharedBytesWithoutAsking - sharedBytes, 0)
        sharedLimit = model.residency.sharedBytesPerBlock
    }

    /// Shared memory of a block beyond which a program must ask for more.
    static let sharedBytesWithoutAsking = 48 << 10

    func allowDynamicShared(_ bytes: Int) throws(DriverError) {
        guard bytes >= 0, sharedBytes + bytes <= sharedLimit else { throw DriverError(CCUDA_INVALID_VALUE) }
        dynamicSharedBytes = bytes
    }

    /// A launch with the values that the caller's pointers lead to.
    func launch(
        grid: SIMTExtent, block: SIMTExtent, sharedBytes: Int,
        _ values: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) throws(DriverError) -> SIMTLaunch {
        guard sharedBytes <= dynamicSharedBytes, max(block.x, block.y, block.z) <= threadsPerBlock,
            block.count <= threadsPerBlock
        else {
            throw DriverError(CCUDA_INVALID_VALUE)
        }
        let arguments = try parameters.enumerated().map { index, parameter throws(DriverError) -> SIMTArgument in
            guard let value = values?[index] else { throw DriverError(CCUDA_INVALID_VALUE) }
            return .bytes([UInt8](UnsafeRawBufferPointer(start: value, count: parameter.byteCount)))
        }
        return SIMTLaunch(
            kernel: name, grid: grid, block: block, dynamicSharedBytes: sharedBytes, arguments: arguments)
    }
}
