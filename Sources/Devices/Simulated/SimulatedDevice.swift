import CUDAToolchain
import Foundation
import KernelIR
import Rendering
import SIMT

/// A model of an NVIDIA GPU: CUDA C++ compiled by NVIDIA's own compiler, its PTX run by the emulator, its time predicted.
///
/// What it computes is what a GPU would compute, bounds, races and barriers checked on the way; how long that takes is a
/// prediction and never a measurement.
public struct SimulatedDevice: Device {
    /// The model behind the device.
    public let model: GPUModel
    /// How much of a plan is run to predict it.
    public var profiling = ProfilerOptions()
    /// How much of a plan is run to check it.
    public var checking = SampledCheck()
    private let nvrtc: NVRTC
    /// Nil where the binary tools are missing: predictions have to do with the PTX then.
    private let disassembler: CUDADisassembler?

    /// - Parameters:
    ///   - model: one of `GPUModel.all`.
    ///   - temporaryFolder: where a compilation may write a file for the binary tools.
    /// - Throws: `missingComponent`, with the command that installs the CUDA toolchain.
    public init(
        _ model: GPUModel, toolchain: CUDAInstallation,
        temporaryFolder: URL = FileManager.default.temporaryDirectory
    ) throws(KernelwrightError) {
        self.model = model
        nvrtc = try NVRTC(toolchain)
        disassembler = try? CUDADisassembler(toolchain, temporaryFolder: temporaryFolder)
    }

    /// The device of an id such as `sim:a6000`; nil where the id is of another kind.
    ///
    /// - Throws: `badInput` for a model that is not known, `missingComponent` without the toolchain.
    public static func named(
        _ id: String, toolchain: CUDAInstallation
    ) throws(KernelwrightError) -> SimulatedDevice? {
        guard id.hasPrefix(prefix) else { return nil }
        guard let model = GPUModel.named(String(id.dropFirst(prefix.count))) else {
            throw KernelwrightError(
                .badInput, "no model of a GPU is called \(id)",
                hint: GPUModel.all.map { prefix + $0.name }.joined(separator: " "))
        }
        return try SimulatedDevice(model, toolchain: toolchain)
    }

    static let prefix = "sim:"

    public var id: String { Self.prefix + model.name }
    public var name: String { "\(model.product), simulated" }
    public var kind: DeviceKind { .gpu }
    public var driver: String { "Kernelwright SIMT emulator" }
    public var compiler: String? { "NVRTC \(nvrtc.version)" }
    public var language: Solution.Target.Language { .cuda }
    public var isPredicted: Bool { true }

    /// By what the model says, since it predicts the times of what is written for the profile.
    public var profile: TargetProfile {
        .cuda(
            model.name, multiprocessors: model.sms, registersPerThread: model.residency.registersPerThread,
            storageBytes: model.residency.unifiedBytes, l2Bytes: model.memory.l2Bytes, limits: limits,
            matrixFormats: MatrixFormat.all(ofArchitecture: model.capability.architectureNumber))
    }

    /// Those of the GPU for groups; memory is bounded by the emulator's address space, not by the GPU's.
    public var limits: DeviceLimits {
        DeviceLimits(
            maxBlock: [1024, 1024, 64], maxGroupSize: model.residency.threadsPerBlock,
            localBytes: model.residency.sharedBytesPerBlock, maxBufferBytes: 1 << 36, globalBytes: 1 << 36)
    }

    public func compile(_ solution: Solution) throws(DeviceFailure) -> Compilation {
        guard solution.target.language == .cuda else {
            throw .invalidPlan("\(id) takes CUDA C++, the solution is \(solution.target.language.rawValue)")
        }
        let options = try CUDACompilerOptions(of: solution)
        let source = CUDASource(files: solution.sources.map { CUDASource.File(name: $0.path, text: $0.content) })
        let architecture = CUDAArchitecture.sm(model.capability.architectureNumber)
        let made: CUDACompilation
        do { made = try nvrtc.compile(source, for: architecture, options: options) } catch {
            throw .compileError(log: error.message)
        }
        guard let code = made.code else { throw .compileError(log: made.log) }
        let program = try Self.program(code.ptx)
        for launch in solution.launches {
            guard program.kernels.contains(launch.kernel) else {
                throw .invalidPlan(
                    "no kernel is called '\(launch.kernel)'; there are \(program.kernels.joined(separator: ", "))")
            }
            if let refusal = program.refusal(of: launch.kernel) {
                throw .compileError(log: "\(launch.kernel) cannot be emulated: \(refusal)")
            }
        }
        let binary = SimulatedBinary(
            code, report: made.report, source: source, names: program.kernels, disassembler: disassembler)
        return Compilation(binary: ProgramBinary(device: id, bytes: try binary.encoded()), log: made.log)
    }

    public func load(
        _ solution: Solution, _ binary: ProgramBinary, buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) -> any LoadedSolution {
        let binary = try SimulatedBinary(binary.bytes)
        return SimulatedPlan(
            solution, binary, try Self.program(binary.ptx), device: id, model: model, profiling: profiling,
            checking: checking, buffers)
    }

    /// What the compiler made of a source, for a reader: the PTX that runs, and the machine code that times are predicted by.
    ///
    /// - Throws: `compileError` for a binary of another device.
    public static func code(of binary: ProgramBinary) throws(DeviceFailure) -> (ptx: String, machineCode: String?) {
        let made = try SimulatedBinary(binary.bytes)
        return (made.ptx, made.machineCode)
    }

    private static func program(_ ptx: String) throws(DeviceFailure) -> SIMTProgram {
        do { return SIMTProgram(try PTXModule(parsing: ptx)) } catch {
            throw .compileError(log: "the compiler's PTX is not understood: \(error)")
        }
    }

    /// The model's own ceilings: predictions, like everything it says about time.
    public func measureCeilings() throws(KernelwrightError) -> Ceilings {
        Ceilings(
            copyBytesPerSecond: model.memory.dramBytesPerSecond, readBytesPerSecond: model.memory.dramBytesPerSecond,
            flopsPerSecond: model.sustainedSingleFlopsPerSecond, launchSeconds: model.launchSeconds)
    }
}
