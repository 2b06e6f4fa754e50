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
    /// Writes the sources of scheduled loops.
    public typealias Render = @Sendable (LoopProgram) throws(KernelwrightError) -> Solution

    private let program: TensorProgram
    private let target: TargetProfile
    private let workloadHash: String
    private let author: String
    private let render: Render

    /// - Parameters:
    ///   - author: the policy's name, which the solutions carry.
    ///   - render: writes the sources; a thrown error is the candidate's, not the environment's.
    public init(
        program: TensorProgram, target: TargetProfile, workloadHash: String, author: String, render: @escaping Render
    ) {
        self.program = program
        self.target = target
        self.workloadHash = workloadHash
        self.author = author
        self.render = render
    }

    /// The solution a proposal stands for, or why there is none.
    public func build(_ proposal: Proposal) -> Result<Solution, BuildFailure> {
        switch proposal.content {
        case .source(let solution): .success(solution)
        case .schedule(let schedule): build(schedule)
        }
    }

    private func build(_ schedule: Schedule) -> Result<Solution, BuildFailure> {
        do {
            let loops = try ScheduleState(program, target: target).applying(schedule).lowered()
            var solution = try render(loops)
            solution.workload = workloadHash
            solution.author = author
            solution.schedule = try JSONText.encode(schedule)
            return .success(solution)
        } catch {
            return .failure(BuildFailure("\(error)"))
        }
    }
}
