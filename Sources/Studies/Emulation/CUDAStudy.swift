import Devices
import Evaluation
import KernelIR
import Rendering
import Scheduling
import Workloads

/// Writes CUDA kernels for workloads with the GPU macros and has the judge look at them in the emulator: every element, with
/// bounds, races, barriers and uninitialized reads checked on the way. Nothing is timed.
public struct CUDAStudy: Sendable {
    private let device: SimulatedDevice
    private let macros: ProgramGPU
    private let provenance: Provenance

    public init(on device: SimulatedDevice, macros: ProgramGPU = ProgramGPU(), provenance: Provenance) {
        (self.device, self.macros, self.provenance) = (device, macros, provenance)
    }

    /// Schedules, renders, compiles and judges one workload.
    ///
    /// - Parameter seed: decides all inputs.
    /// - Throws: defects of the environment; what is wrong with the kernels is in the outcome.
    public func run(_ workload: StudyWorkload, seed: Seed) async throws -> CUDAOutcome {
        let solution: Solution
        do {
            let schedule = try macros.schedule(workload.program, target: device.profile)
            let loops = try ScheduleState(workload.program, target: device.profile).applying(schedule).lowered()
            solution = try Renderer.cuda(device.profile).render(loops, workload: workload.id, author: "gpu macros")
        } catch {
            return outcome(workload, .invalidPlan, "\(error)", nil)
        }
        let session = try await JudgingSession(
            setting(workload.workload, inputs: ReferenceInputs(workload.workload, seed: seed)))
        let verdict = try await session.judge(solution, effort: .quick)
        await session.close()
        return outcome(workload, verdict.status, verdict.message, solution)
    }

    private func setting(_ workload: Workload, inputs: ReferenceInputs) -> JudgingSession.Setting {
        var setting = JudgingSession.Setting(
            workload: workload, host: EmulatedHost(device), inputs: inputs, provenance: provenance,
            target: device.profile)
        // Times of the emulator would be times of nothing.
        setting.isTimed = false
        return setting
    }

    private func outcome(
        _ workload: StudyWorkload, _ status: Verdict.Status, _ message: String?, _ solution: Solution?
    ) -> CUDAOutcome {
        CUDAOutcome(
            workload: workload.id, device: device.id, status: status, message: message,
            launches: solution?.launches.count ?? 0,
            sourceBytes: solution?.sources.reduce(0) { $0 + $1.content.utf8.count } ?? 0)
    }
}
