import Devices
import Evaluation
import KernelIR
import Policies
import Refinement
import Rendering
import Scheduling
import Workloads

extension Renderer {
    /// The renderer of a device's language, for its profile.
    static func of(_ device: any Device) -> Renderer {
        switch device.language {
        case .opencl: .openCL(device.profile)
        case .cuda: .cuda(device.profile)
        }
    }
}

extension PredictionBasis {
    /// The unscheduled program on a device whose times are predicted: one result a work-item; nil where it cannot be written.
    static func unscheduled(
        _ program: TensorProgram, of workload: Workload, on device: any Device
    ) -> PredictionBasis? {
        guard device.isPredicted else { return nil }
        let builder = CandidateBuilder(
            program: program, workloadHash: workload.contentHash, author: name, renderer: .of(device))
        guard let schedule = try? UnscheduledGPU().schedule(program, target: device.profile),
            case .success(let solution) = builder.build(Proposal(.schedule(schedule), rationale: name))
        else { return nil }
        return PredictionBasis(name: name, solution: solution)
    }

    private static let name = "unscheduled"
}
