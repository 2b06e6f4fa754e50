import CUDAToolchain
import KernelIR
import SIMT

/// How fast the emulator runs: two products of matrices in CUDA C++, with and without counters and sanitizers.
///
/// A result counts only if every element of the product is right.
public struct EmulatorStudy: Sendable {
    /// What the emulator does beside running.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        case plain, counters, sanitizers
    }

    /// One measurement.
    public struct Row: Sendable, Codable {
        public var kernel: String
        public var mode: Mode
        /// Executed instructions of threads and of warps.
        public var threadInstructions: UInt64
        public var warpInstructions: UInt64
        /// The least of three runs, on one core.
        public var seconds: Double
        public var threadInstructionsPerSecond: Double
        public var nanosecondsPerWarpInstruction: Double
    }

    /// Rows and columns of the matrices; a multiple of 16.
    public let extent: Int
    private let time: @Sendable () -> Duration

    /// - Parameter time: a clock that only moves on; what it shows does not matter.
    public init(extent: Int, time: @escaping @Sendable () -> Duration) {
        self.extent = extent
        self.time = time
    }

    /// Compiles the kernels and runs each in every mode.
    ///
    /// - Throws: `missingComponent` without the toolchain, `internalInconsistency` where a product is wrong.
    public func run(_ toolchain: CUDAInstallation) throws(KernelwrightError) -> [Row] {
        let compiled = try NVRTC(toolchain).compile(
            CUDASource(name: "products.cu", text: Self.source), for: .sm(86))
        guard let code = compiled.code else { throw Self.defect("the products do not compile", compiled.log) }
        let program: SIMTProgram
        do { program = SIMTProgram(try PTXModule(parsing: code.ptx)) } catch {
            throw Self.defect("the products' PTX is not understood", "\(error)")
        }
        var rows: [Row] = []
        for kernel in ["naive", "shared"] {
            for mode in Mode.allCases { rows.append(try measure(program, kernel, mode)) }
        }
        return rows
    }

    private func measure(_ program: SIMTProgram, _ kernel: String, _ mode: Mode) throws(KernelwrightError) -> Row {
        var best: (seconds: Double, report: SIMTReport)?
        for _ in 0..<3 {
            let (seconds, report) = try launch(program, kernel, mode)
            if seconds < best?.seconds ?? .infinity { best = (seconds, report) }
        }
        guard let best else { throw Self.defect("nothing was measured", kernel) }
        let (threads, warps) = (best.report.threadInstructions, best.report.warpInstructions)
        return Row(
            kernel: kernel, mode: mode, threadInstructions: threads, warpInstructions: warps, seconds: best.seconds,
            threadInstructionsPerSecond: Double(threads) / best.seconds,
            nanosecondsPerWarpInstruction: best.seconds / Double(warps) * 1e9)
    }

    private func launch(
        _ program: SIMTProgram, _ kernel: String, _ mode: Mode
    ) throws(KernelwrightError) -> (seconds: Double, report: SIMTReport) {
        // Small whole numbers: their products and sums are exact in any order.
        let a = (0..<extent * extent).map { Float(($0 * 7 + $0 / extent) % 5 - 2) }
        let b = (0..<extent * extent).map { Float(($0 * 3 + $0 / extent) % 7 - 3) }
        let memory = GlobalMemory()
        let pointers = [
            memory.allocate(copying: a, name: "a"), memory.allocate(copying: b, name: "b"),
            memory.allocate(byteCount: 4 * extent * extent, name: "c"),
        ]
        var options = SIMTOptions()
        options.sanitizers = mode == .sanitizers ? .all : []
        options.countsInstructions = mode == .counters
        let launch = SIMTLaunch(
            kernel: kernel, grid: SIMTExtent(extent / 16, extent / 16), block: SIMTExtent(16, 16),
            arguments: [.int32(Int32(extent))] + pointers.map { .pointer($0) })
        let start = time()
        let report: SIMTReport
        do { report = try program.run(launch, memory: memory, options: options) } catch {
            throw Self.defect("\(kernel) was refused", "\(error)")
        }
        let seconds = (time() - start) / .seconds(1)
        if let fault = report.faults.first { throw Self.defect("\(kernel) has a fault", "\(fault)") }
        guard isProduct(memory.read(pointers[2], as: Float.self), a, b) else {
            throw Self.defect("\(kernel) computes a wrong product", "extent \(extent)")
        }
        return (seconds, report)
    }

    private func isProduct(_ c: [Float], _ a: [Float], _ b: [Float]) -> Bool {
        var expected = [Float](repeating: 0, count: extent * extent)
        for row in 0..<extent {
            for inner in 0..<extent {
                let factor = a[row * extent + inner]
                for column in 0..<extent { expected[row * extent + column] += factor * b[inner * extent + column] }
            }
        }
        return c == expected
    }

    private static func defect(_ message: String, _ cause: String) -> KernelwrightError {
        KernelwrightError(.internalInconsistency, message, cause: cause)
    }

    /// One thread an element; with `shared`, tiles of 16 × 16 in shared memory.
    private static let source = """
        extern "C" __global__ void naive(int n, const float *a, const float *b, float *c) {
            int row = blockIdx.y * blockDim.y + threadIdx.y, column = blockIdx.x * blockDim.x + threadIdx.x;
            float sum = 0.0f;
            for (int i = 0; i < n; ++i) sum += a[row * n + i] * b[i * n + column];
            c[row * n + column] = sum;
        }
        extern "C" __global__ void shared(int n, const float *a, const float *b, float *c) {
            __shared__ float left[16][16], right[16][16];
            int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * 16 + y, column = blockIdx.x * 16 + x;
            float sum = 0.0f;
            for (int start = 0; start < n; start += 16) {
                left[y][x] = a[row * n + start + x];
                right[y][x] = b[(start + y) * n + column];
                __syncthreads();
                for (int i = 0; i < 16; ++i) sum += left[y][i] * right[i][x];
                __syncthreads();
            }
            c[row * n + column] = sum;
        }
        """
}
