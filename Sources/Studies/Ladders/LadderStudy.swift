import CUDAToolchain
import Devices
import KernelIR
import Rendering
import SIMT

/// Checks the kernels of a ladder in the emulator, counts what they do, and predicts how long a GPU would take.
public struct LadderStudy: Sendable {
    /// The extent at which every element is looked at.
    public static let checkedExtent = 256

    private let device: SimulatedDevice
    private let counter: LadderCounter

    /// - Throws: `missingComponent`, with the command that installs the CUDA toolchain.
    public init(on device: SimulatedDevice, toolchain: CUDAInstallation) throws(KernelwrightError) {
        self.device = device
        let capability = device.model.capability
        counter = LadderCounter(
            compiler: try NVRTC(toolchain), architecture: .compute(capability.architectureNumber))
    }

    /// Studies every kernel of a ladder.
    ///
    /// - Parameters:
    ///   - extent: of counters and predictions; nil for the ladder's usual one.
    ///   - begin: called before each kernel.
    /// - Throws: `badInput` for an extent that tiles do not divide; what is wrong with a kernel is in its row.
    public func run(
        _ ladder: any KernelLadder, extent: Int? = nil, begin: (LadderKernel) -> Void = { _ in }
    ) throws(KernelwrightError) -> LadderOutcome {
        let extent = extent ?? ladder.usualExtent
        try ladder.check(extent)
        let check = try LadderCheck(ladder, on: device, extent: Self.checkedExtent)
        var rows: [LadderOutcome.Row] = []
        for kernel in ladder.kernels {
            begin(kernel)
            var row = LadderOutcome.Row(kernel: kernel.name, publishedPerSecond: kernel.publishedPerSecond)
            row.problem = try check.firstProblem(of: kernel)
            if row.problem == nil { try profile(kernel, of: ladder, extent: extent, into: &row) }
            rows.append(row)
        }
        return LadderOutcome(
            of: ladder, device: device.id, extent: extent, checkedExtent: Self.checkedExtent, rows: rows)
    }

    private func profile(
        _ kernel: LadderKernel, of ladder: any KernelLadder, extent: Int, into row: inout LadderOutcome.Row
    ) throws(KernelwrightError) {
        let solution = try ladder.solution(of: kernel, extent: extent)
        let buffers = LadderBuffers(of: solution, in: ladder, extent: extent, isFilled: false)
        row.counters = try counter.count(solution, on: buffers)
        do throws(DeviceFailure) {
            let binary = try device.compile(solution).binary
            let plan = try device.load(solution, binary, buffers: buffers.memory)
            row.prediction = try plan.predict(prepare: true)
        } catch {
            row.problem = "\(error)"
        }
        row.predictedPerSecond = row.prediction.map { ladder.amountOfWork(extent: extent) / $0.predictedSeconds }
        withExtendedLifetime(buffers) {}
    }
}
