import Devices
import Evaluation
import KernelIR
import Rendering
import Scheduling
import Workers
import Workloads

/// Writes CUDA kernels for workloads with the GPU macros and has the judge look at them in the emulator: every element, with
/// bounds, races, barriers and uninitialized reads checked on the way. Nothing is timed.
///
/// The same schedules are also written in OpenCL C where an OpenCL device is given, for a second compiler and a second
/// machine: both must be right on the same inputs.
public struct CUDAStudy: Sendable {
    private let device: SimulatedDevice
    private let macros: ProgramGPU
    private let provenance: Provenance
    private let openCL: (any CandidateHost)?

    /// - Parameter openCL: where the OpenCL renders run; nil leaves them out.
    public init(
        on device: SimulatedDevice, macros: ProgramGPU = ProgramGPU(), provenance: Provenance,
        openCL: (any CandidateHost)? = nil
    ) {
        (self.macros, self.provenance, self.openCL) = (macros, provenance, openCL)
        var device = device
        // No sample: every element is looked at, however long that takes.
        device.checking.threadInstructions = .max
        self.device = device
    }

    /// Schedules, renders, compiles and judges one workload.
    ///
    /// - Parameter seed: decides all inputs.
    /// - Throws: defects of the environment; what is wrong with the kernels is in the outcome.
    public func run(_ workload: StudyWorkload, seed: Seed) async throws -> CUDAOutcome {
        let (state, solution): (ScheduleState, Solution)
        do {
            let schedule = try macros.schedule(workload.program, target: device.profile)
            state = try ScheduleState(workload.program, target: device.profile).applying(schedule)
            solution = try Renderer.cuda(device.profile).render(
                state.lowered(), workload: workload.id, author: "gpu macros")
        } catch {
            return outcome(workload, .invalidPlan, "\(error)", nil)
        }
        let verdict = try await judge(solution, workload.workload, seed, on: EmulatedHost(device))
        var result = outcome(workload, verdict.status, verdict.message, solution)
        if let openCL,
            let other = try? Renderer.openCL(device.profile).render(
                state.lowered(branchesAroundBarriers: false), workload: workload.id, author: "gpu macros")
        {
            let verdict = try await judge(other, workload.workload, seed, on: openCL)
            result.openCL = CUDAOutcome.OpenCL(status: verdict.status, message: verdict.message)
        }
        return result
    }

    private func judge(
        _ solution: Solution, _ workload: Workload, _ seed: Seed, on host: any CandidateHost
    ) async throws -> Verdict {
        let session = try await JudgingSession(
            setting(workload, inputs: ReferenceInputs(workload, seed: seed), host))
        let verdict = try await session.judge(solution, effort: .quick)
        await session.close()
        return verdict
    }

    private func setting(
        _ workload: Workload, inputs: ReferenceInputs, _ host: any CandidateHost
    ) -> JudgingSession.Setting {
        var setting = JudgingSession.Setting(
            workload: workload, host: host, inputs: inputs, provenance: provenance, target: device.profile)
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
