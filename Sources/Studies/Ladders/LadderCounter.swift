import CUDAToolchain
import Devices
import KernelIR
import Rendering
import SIMT

/// Counts what a kernel does by running one block of its first launch in the emulator.
struct LadderCounter: Sendable {
    let compiler: NVRTC
    /// Of the PTX; machine code is not needed.
    let architecture: CUDAArchitecture

    /// - Parameter buffers: those of the solution; their contents may change.
    /// - Throws: `internalInconsistency` where the kernel does not compile or has a fault.
    func count(_ solution: Solution, on buffers: LadderBuffers) throws(KernelwrightError) -> LadderCounters {
        let program = try program(solution)
        guard let launch = solution.launches.first else { return LadderCounters() }
        let memory = GlobalMemory()
        var addresses: [BufferName: UInt64] = [:]
        // In one order, so that addresses repeat.
        for (name, bytes) in buffers.memory.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            addresses[name] = memory.map(bytes, name: "\(name)")
        }
        let (grid, block) = (Self.extent(launch.grid), Self.extent(launch.block))
        let request = SIMTLaunch(
            kernel: launch.kernel, grid: grid, block: block, dynamicSharedBytes: launch.sharedBytes,
            arguments: launch.arguments.map { Self.value($0, addresses) })
        var options = SIMTOptions()
        options.blocks = [grid.count / 2]
        let recorder = Recorder()
        let report: SIMTReport
        do { report = try program.run(request, memory: memory, options: options, recorder: recorder) } catch {
            throw Self.defect(solution, "\(error)")
        }
        if let fault = report.faults.first { throw Self.defect(solution, "\(fault)") }
        recorder.counters.warpInstructions = Int(report.warpInstructions)
        recorder.counters.threadInstructions = Int(report.threadInstructions)
        return recorder.counters
    }

    private func program(_ solution: Solution) throws(KernelwrightError) -> SIMTProgram {
        let files = solution.sources.map { CUDASource.File(name: $0.path, text: $0.content) }
        let made = try compiler.compile(CUDASource(files: files), for: architecture)
        guard let code = made.code else { throw Self.defect(solution, made.log) }
        do { return SIMTProgram(try PTXModule(parsing: code.ptx)) } catch {
            throw Self.defect(solution, "\(error)")
        }
    }

    /// The kernels of ladders take pointers and one `int`.
    private static func value(_ argument: Solution.Argument, _ addresses: [BufferName: UInt64]) -> SIMTArgument {
        if let name = argument.buffer { return .pointer(addresses[name] ?? 0) }
        guard case .scalar(_, let value) = argument else { return .pointer(0) }
        return .int32(Int32(value))
    }

    /// The extents x, y, z; those that are missing are 1.
    private static func extent(_ sizes: [Int]) -> SIMTExtent {
        func size(_ dimension: Int) -> Int { dimension < sizes.count ? sizes[dimension] : 1 }
        return SIMTExtent(size(0), size(1), size(2))
    }

    private static func defect(_ solution: Solution, _ cause: String) -> KernelwrightError {
        KernelwrightError(.internalInconsistency, "\(solution.name) cannot be counted", cause: cause)
    }

    private final class Recorder: SIMTAccessRecorder {
        var counters = LadderCounters()

        func record(_ access: SIMTAccess) { counters.add(access) }
    }
}
