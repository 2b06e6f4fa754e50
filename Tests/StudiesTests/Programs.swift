import KernelIR
import Scheduling
import Studies
import Workloads

/// Programs to break.
enum Programs {
    static func workload(_ name: String) throws -> StudyWorkload {
        try StudyWorkload.all(size: .tiny, only: ["study/" + name])[0]
    }

    /// The unscheduled loops of a workload of the study.
    static func plainLoops(_ name: String) throws -> LoopProgram {
        ScheduleState(try workload(name).program, target: .genericAVX512).lowered()
    }
}
