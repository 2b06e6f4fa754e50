import Devices
import KernelIR
import Operators
import Policies
import Refinement
import Rendering
import Scheduling
import Workloads

/// One workload and one solution of it, on every level from the graph of operators to the measurements.
struct Ladder {
    let workload: Workload
    let program: TensorProgram
    let device: any Device
    /// The solution to explain; nil explains the unscheduled program.
    let solution: Solution?
    /// The run it came from, where there is one.
    let record: RecordContents?

    /// One level as text; throws what a missing tool or a damaged schedule lacks.
    func text(_ level: ExplainLevel, assembly: () async throws -> String) async throws -> String {
        switch level {
        case .workload: WorkloadText(workload: workload).text
        case .stages: TensorProgramPrinter.text(program)
        case .schedule: try scheduleText()
        case .loops: try loopText()
        case .source: try sourceText()
        case .assembly: try await assembly()
        case .measurements: measurementText
        }
    }

    /// What is compiled: the solution, or the unscheduled program's.
    func candidate() throws -> Solution {
        if let solution { return solution }
        return try Renderer.of(device).render(
            try state().lowered(), workload: workload.contentHash, schedule: "[]", author: "unscheduled")
    }

    /// The schedule behind the solution; nil where somebody wrote the source by hand.
    private func schedule() throws(KernelwrightError) -> Schedule? {
        guard let solution else { return [] }
        return try solution.schedule.map { (text) throws(KernelwrightError) in try ScheduleText.parse(text) }
    }

    private func state() throws -> ScheduleState {
        try ScheduleState(program, target: device.profile).applying(try schedule() ?? [])
    }

    private func scheduleText() throws -> String {
        guard let schedule = try schedule() else { return "none: \(solution?.author ?? "somebody") wrote the source" }
        let reason = record?.winner.map { "turn \($0.index): \($0.proposal.rationale)\n" } ?? ""
        guard !schedule.isEmpty else { return reason + "no action: every stage is a kernel of serial loops" }
        return reason + (try schedule.map { try JSONText.encode($0) }.joined(separator: "\n"))
    }

    private func loopText() throws -> String {
        guard try schedule() != nil else { return "unknown: \(solution?.author ?? "somebody") wrote the source" }
        return LoopNestPrinter.text(try state().lowered())
    }

    private func sourceText() throws -> String {
        let candidate = try candidate()
        let launches = candidate.launches.map { launch in
            let sizes = [launch.grid, launch.block].map { $0.map(String.init).joined(separator: "×") }
            return "// launch \(launch.kernel): grid \(sizes[0]), block \(sizes[1]), phase \(launch.phase.rawValue)"
        }
        let sources = candidate.sources.map { "// \($0.path)\n\($0.content)" }
        return (launches + sources).joined(separator: "\n")
    }

    private var measurementText: String {
        guard let record else { return "none: give the folder of a run, or run kw evaluate" }
        var lines = record.turns.map {
            TurnLine(turn: $0.turn, namesTrajectory: record.header.settings.trajectories > 1).text
        }
        if let verdict = record.end?.winner?.verdict {
            lines += ["", "certificate", VerdictText(verdict: verdict, sources: solution?.sources ?? []).text]
        }
        return lines.joined(separator: "\n")
    }
}
