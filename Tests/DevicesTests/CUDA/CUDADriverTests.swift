import CCUDADriver
import KernelIR
import Testing

@testable import Devices

/// The driver's functions without any compiler: programs are PTX.
@Suite struct CUDADriverTests {
    /// `f(x, n)` stores n to x.
    private static let ptx = """
        .version 8.5
        .target sm_80
        .address_size 64
        .visible .entry f(.param .u64 x, .param .u32 n)
        {
        .reg .b64 %a;
        .reg .b32 %n;
        ld.param.u64 %a, [x];
        ld.param.u32 %n, [n];
        st.global.u32 [%a], %n;
        ret;
        }

        """

    /// Stores `number` to an address with the kernel above and waits.
    private func store(_ number: UInt32, to address: UInt64, _ context: CUDAContext) throws {
        let kernel = try CUDAModule(CUDAImage(cubin: [], ptx: Self.ptx), in: context).kernel("f")
        let arguments = CUDAArguments([
            withUnsafeBytes(of: address) { Array($0) }, withUnsafeBytes(of: number) { Array($0) },
        ])
        try context.attempt("a launch failed") { () throws(CUDAStatus) in
            let stream = try CUDAStream(context)
            try kernel.launch(
                grid: [1, 1, 1], block: [1, 1, 1], sharedBytes: 0, arguments: arguments, on: stream)
            try stream.synchronize()
        }
    }

    @Test func theLibraryIsADriver() throws {
        let driver = try CUDADriver(library: EmulatedCUDA.library)
        #expect(driver.isEmulated && driver.deviceCount == 4 && driver.version >= CUDADriver.oldest)
        let status = driver.status(CCUDA_ILLEGAL_ADDRESS)
        #expect(status.name == "CUDA_ERROR_ILLEGAL_ADDRESS" && !status.text.isEmpty)
        #expect(driver.status(123_456).description == "CUDA error 123456")
    }

    @Test func withoutADriverTheErrorSaysWhatIsMissing() {
        let error = #expect(throws: KernelwrightError.self) { _ = try CUDADriver(library: "/nowhere/libcuda.so.1") }
        #expect(error?.code == .missingComponent && error?.message.contains("/nowhere/libcuda.so.1") == true)
        #expect(error?.hint?.contains("NVIDIA's driver") == true && error?.cause != nil)
    }

    @Test func aLibraryThatIsNoDriverIsTold() {
        let error = #expect(throws: KernelwrightError.self) { _ = try CUDADriver(library: "libm.so.6") }
        #expect(error?.code == .missingComponent && error?.cause?.contains("has no function cu") == true)
    }

    @Test func memoryGoesInAndOut() throws {
        let context = try EmulatedCUDA.context()
        let memory = HostMemory()
        defer { memory.free() }
        let (from, to) = (memory.floats([1, 2, 3]), memory.floats([0, 0, 0]))
        try context.attempt("copies") { () throws(CUDAStatus) in
            let device = try CUDAMemory(context, byteCount: 12)
            try device.copyIn(from)
            try device.copyOut(to)
        }
        #expect(to.floats == [1, 2, 3])
        try context.attempt("fill") { () throws(CUDAStatus) in
            let device = try CUDAMemory(context, byteCount: 12)
            try device.fill(0)
            try device.copyOut(to)
        }
        #expect(to.floats == [0, 0, 0])
    }

    @Test func moreMemoryThanThereIsIsRefusedAndHarmsNothing() throws {
        let context = try EmulatedCUDA.context()
        let error = #expect(throws: DeviceFailure.self) {
            try context.attempt("no memory") { () throws(CUDAStatus) in
                _ = try CUDAMemory(context, byteCount: 1 << 50)
            }
        }
        guard case .outOfMemory(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("CUDA_ERROR_OUT_OF_MEMORY"))
        try context.attempt("some memory") { () throws(CUDAStatus) in _ = try CUDAMemory(context, byteCount: 16) }
    }

    @Test func ptxRunsWhereMachineCodeDoesNot() throws {
        let elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]
        for cubin in [[], elf] {
            let module = try CUDAModule(CUDAImage(cubin: cubin, ptx: Self.ptx), in: EmulatedCUDA.context())
            #expect(try module.kernel("f").name == "f")
        }
        let context = try EmulatedCUDA.context()
        let memory = HostMemory()
        defer { memory.free() }
        let number = memory.floats([0])
        let device = try context.attempt("memory") { () throws(CUDAStatus) -> CUDAMemory in
            try CUDAMemory(context, byteCount: 4)
        }
        try store(Float(42).bitPattern, to: device.address, context)
        try context.attempt("copy") { () throws(CUDAStatus) in try device.copyOut(number) }
        #expect(number.floats == [42])
    }

    @Test func refusedPTXIsACompileErrorWithItsLine() throws {
        let broken = Self.ptx.replacing("st.global.u32", with: "st.nowhere.u32")
        let error = #expect(throws: DeviceFailure.self) {
            _ = try CUDAModule(CUDAImage(cubin: [], ptx: broken), in: EmulatedCUDA.context())
        }
        guard case .compileError(let log)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.contains("line 10"), "\(log)")
    }

    /// Memory that was given back is nobody's.
    @Test func aStoreToFreedMemoryFailsForGood() throws {
        let context = try EmulatedCUDA.context(2)
        let address = try context.attempt("memory") { () throws(CUDAStatus) -> UInt64 in
            try CUDAMemory(context, byteCount: 4).address
        }
        for _ in 0..<2 {
            let error = #expect(throws: DeviceFailure.self) { try store(1, to: address, context) }
            guard case .deviceLost? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        // A new context is no way out.
        let error = #expect(throws: DeviceFailure.self) { try store(1, to: address, EmulatedCUDA.context(2)) }
        #expect(error.map { "\($0)" }?.contains("CUDA_ERROR_ILLEGAL_ADDRESS") == true)
    }

    @Test func imagesTravelAsBytes() {
        let image = CUDAImage(cubin: [1, 2, 3], ptx: Self.ptx)
        let read = CUDAImage(bytes: image.bytes)
        #expect(read?.cubin == [1, 2, 3] && read?.ptx == Self.ptx && read?.kernels == ["f"])
        #expect(CUDAImage(bytes: Array(image.bytes.prefix(7))) == nil)
        #expect(CUDAImage(bytes: Array(image.bytes.prefix(10))) == nil)
        #expect(CUDAImage(bytes: Array(repeating: 0xff, count: 64)) == nil)
    }
}
