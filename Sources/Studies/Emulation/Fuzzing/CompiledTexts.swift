import Devices
import Rendering
import Scheduling

/// The PTX of CUDA kernels that the GPU macros write, as NVIDIA's compiler makes it.
public enum CompiledTexts {
    /// One text for each workload that can be written and compiled.
    public static func all(_ workloads: [StudyWorkload], on device: SimulatedDevice) -> [String] {
        workloads.compactMap { workload in
            guard let schedule = try? ProgramGPU().schedule(workload.program, target: device.profile),
                let state = try? ScheduleState(workload.program, target: device.profile).applying(schedule),
                case let loops = state.lowered(),
                let solution = try? Renderer.cuda(device.profile).render(
                    loops, workload: workload.id, author: "gpu macros"),
                let compiled = try? device.compile(solution)
            else { return nil }
            return try? SimulatedDevice.code(of: compiled.binary).ptx
        }
    }
}
