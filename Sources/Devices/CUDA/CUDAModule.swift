import CCUDADriver

/// A program's code on the device, unloaded with its last reference.
final class CUDAModule {
    let context: CUDAContext
    private let raw: OpaquePointer
    private let names: [String]

    /// Loads machine code, or has the driver compile the PTX where it cannot run that.
    init(_ image: CUDAImage, in context: CUDAContext) throws(DeviceFailure) {
        raw = try Self.load(image, context)
        (self.context, names) = (context, image.kernels)
    }

    deinit {
        if (try? context.use()) != nil { _ = ccuda_module_unload(context.driver.raw, raw) }
    }

    /// The kernel of a symbol.
    func kernel(_ name: String) throws(DeviceFailure) -> CUDAKernel {
        let driver = context.driver
        let kernel = try context.attempt("kernel '\(name)' cannot be examined") {
            () throws(CUDAStatus) -> CUDAKernel? in
            var found: OpaquePointer?
            let code = ccuda_module_kernel(driver.raw, &found, raw, name)
            if code == CCUDA_NOT_FOUND { return nil }
            try driver.check(code)
            guard let found else { throw driver.status(CCUDA_INVALID_HANDLE) }
            return try CUDAKernel(name, found, in: self)
        }
        guard let kernel else {
            throw .invalidPlan("no kernel is called '\(name)'; there are \(names.joined(separator: ", "))")
        }
        return kernel
    }

    private static func load(_ image: CUDAImage, _ context: CUDAContext) throws(DeviceFailure) -> OpaquePointer {
        let driver = context.driver
        var log = [CChar](repeating: 0, count: 1 << 14)
        let made = try context.attempt("the program cannot be loaded") { () throws(CUDAStatus) -> OpaquePointer? in
            var module: OpaquePointer?
            var code = CCUDA_NO_BINARY_FOR_GPU
            if !image.cubin.isEmpty { code = ccuda_module_load(driver.raw, &module, image.cubin, &log, log.count) }
            if code == CCUDA_NO_BINARY_FOR_GPU {
                let text: [UInt8] = Array(image.ptx.utf8) + [0]
                code = ccuda_module_load(driver.raw, &module, text, &log, log.count)
            }
            if code == CCUDA_INVALID_PTX { return nil }
            try driver.check(code)
            return module
        }
        guard let made else { throw .compileError(log: "the driver refuses the PTX: \(String(zeroTerminated: log))") }
        return made
    }
}
