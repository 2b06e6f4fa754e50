import KernelIR
import SIMT

/// Reads one text and runs what it holds, in this process.
///
/// Buffers lie between pages that nobody may touch, one of them is only to be read, and every launch is made twice.
struct FuzzTrial {
    /// Kernels of a text that are launched.
    private static let kernels = 3
    /// More than a page and less than two, so that known bytes lie before each buffer.
    private static let bufferBytes = 6144

    private let input: GuardedBuffer
    private let output: GuardedBuffer

    /// - Throws: `missingComponent` when memory runs out.
    init() throws(KernelwrightError) {
        input = try GuardedBuffer(byteCount: Self.bufferBytes)
        output = try GuardedBuffer(byteCount: Self.bufferBytes)
    }

    /// Tries a text; its number decides how it is launched.
    func run(_ text: String, number: Int) -> FuzzTally {
        var tally = FuzzTally()
        tally.texts = 1
        let module: PTXModule
        do throws(PTXError) { module = try PTXModule(parsing: text) } catch {
            tally.refused[error.code.rawValue] = 1
            return tally
        }
        tally.parsed = 1
        let program = SIMTProgram(module)
        for kernel in module.kernels.prefix(Self.kernels) {
            if program.refusal(of: kernel.name) != nil {
                tally.unsupported += 1
            } else {
                launch(program, kernel, number, &tally)
            }
        }
        return tally
    }

    // MARK: Launches

    /// What one run left behind.
    private struct Trace: Equatable {
        var report: SIMTReport
        var output: [UInt8]
    }

    private func launch(_ program: SIMTProgram, _ kernel: PTXFunction, _ number: Int, _ tally: inout FuzzTally) {
        var traces: [Trace] = []
        for _ in 0..<2 {
            do throws(SIMTError) {
                traces.append(try trace(program, kernel, number))
            } catch {
                tally.unlaunched += 1
                return
            }
            if let damage = damage() {
                tally.problems.append(FuzzTally.Problem(.damage, number, "\(kernel.name): \(damage)"))
                return
            }
        }
        if traces[0] != traces[1] {
            let what = traces[0].report == traces[1].report ? "results" : "reports"
            tally.problems.append(FuzzTally.Problem(.difference, number, "\(kernel.name): \(what) differ"))
        }
        let report = traces[0].report
        if report.isComplete { tally.completed += 1 }
        for fault in report.faults {
            if fault.kind.isFinding {
                tally.findings[fault.kind.rawValue, default: 0] += 1
            } else {
                tally.faults[fault.kind.rawValue, default: 0] += 1
            }
        }
    }

    private func trace(_ program: SIMTProgram, _ kernel: PTXFunction, _ number: Int) throws(SIMTError) -> Trace {
        input.fill()
        output.fill()
        let memory = GlobalMemory()
        let pointers = [
            memory.map(input.bytes, name: "input", isWritable: false), memory.map(output.bytes, name: "output"),
        ]
        var options = SIMTOptions()
        options.instructionLimit = 4000
        options.countsInstructions = number % 3 == 0
        options.sanitizers = number % 2 == 0 ? .all : []
        let launch = SIMTLaunch(
            kernel: kernel.name, grid: SIMTExtent(2), block: block(kernel, number),
            dynamicSharedBytes: number % 5 == 0 ? 256 : 0, arguments: arguments(kernel, pointers))
        let report = try program.run(launch, memory: memory, options: options)
        return Trace(report: report, output: Array(output.bytes))
    }

    /// The block that the kernel asks for, or one that fills its warps or does not.
    private func block(_ kernel: PTXFunction, _ number: Int) -> SIMTExtent {
        if let wanted = kernel.bounds.requiredThreads ?? kernel.bounds.maximumThreads {
            func extent(_ axis: Int) -> Int { axis < wanted.count ? min(wanted[axis], 1024) : 1 }
            return SIMTExtent(extent(0), extent(1), extent(2))
        }
        return SIMTExtent(number % 4 == 3 ? 40 : 64)
    }

    /// Buffers in turn for parameters of 8 bytes, small numbers for others.
    private func arguments(_ kernel: PTXFunction, _ pointers: [UInt64]) -> [SIMTArgument] {
        kernel.parameters.enumerated().map { position, parameter in
            switch parameter.byteCount {
            case 8: .pointer(pointers[position % pointers.count])
            case 4: .uint32(64)
            case let count: .bytes((0..<count).map { UInt8(truncatingIfNeeded: 3 &* $0 &+ 1) })
            }
        }
    }

    // MARK: What must not happen

    private func damage() -> String? {
        if !input.isIntact { return "bytes before the input were written" }
        if !output.isIntact { return "bytes before the output were written" }
        let isUntouched = input.bytes.enumerated().allSatisfy { index, byte in
            byte == UInt8(truncatingIfNeeded: index &* 37 &+ index >> 4)
        }
        return isUntouched ? nil : "the input was written"
    }
}
