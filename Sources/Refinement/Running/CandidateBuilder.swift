import KernelIR
import Policies
import Rendering
import Scheduling

/// Why a proposal is no solution: the text for the author, with the legal choices.
public struct BuildFailure: Error, Sendable, Hashable {
    public var message: String
    public init(_ message: String) { self.message = message }
}

/// Turns proposals into solutions. Pure: equal proposals give equal solutions, so records need not hold them.
public struct CandidateBuilder: Sendable {
    private let program: TensorProgram
    private let workloadHash: String
    private let author: String
    private let renderer: Renderer

    /// - Parameters:
    ///   - program: the unscheduled program that schedules start from.
    ///   - author: the policy's name, which the solutions carry.
    ///   - renderer: writes the sources, for the profile that schedules are checked against.
    public init(program: TensorProgram, workloadHash: String, author: String, renderer: Renderer) {
        self.program = program
        self.workloadHash = workloadHash
        self.author = author
        self.renderer = renderer
    }

    /// The solution a proposal stands for, or why there is none.
    public func build(_ proposal: Proposal) -> Result<Solution, BuildFailure> {
        switch proposal.content {
        case .source(let solution): .success(solution)
        case .schedule(let schedule): build(schedule)
        case .invalid(let reason): .failure(BuildFailure(reason))
        }
    }

    private func build(_ schedule: Schedule) -> Result<Solution, BuildFailure> {
        do {
            let loops = try ScheduleState(program, target: renderer.profile).applying(schedule).lowered()
            return .success(
                try renderer.render(
                    loops, workload: workloadHash, schedule: try JSONText.encode(schedule), author: author))
        } catch {
            // Whatever goes wrong here is the candidate's fault and data for its author.
            return .failure(BuildFailure("\(error)"))
        }
    }
}
