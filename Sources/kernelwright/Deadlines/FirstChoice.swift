import Devices
import KernelIR
import LanguageModels
import Policies
import Refinement
import Rendering
import Workloads

/// What stands in before anything was judged: the first choice of the built-in author's macros.
struct FirstChoice: Sendable {
    let proposal: Proposal
    /// The kernel that it stands for.
    let solution: Solution

    /// Asks the built-in author; nil where it cannot write for the workload.
    init?(_ laboratory: Laboratory) async {
        let observation = Observation(
            workload: laboratory.workload, program: laboratory.program, target: laboratory.device.profile,
            precision: laboratory.station.options.precision.type)
        let builder = CandidateBuilder(
            program: laboratory.program, workloadHash: laboratory.workload.contentHash,
            author: PolicyName.greedy.rawValue, renderer: .of(laboratory.device))
        guard let proposal = try? await GreedyPolicy().propose(observation),
            let solution = try? builder.build(proposal).get()
        else { return nil }
        self.init(proposal: proposal, solution: solution)
    }

    init(proposal: Proposal, solution: Solution) { (self.proposal, self.solution) = (proposal, solution) }

    /// The same as a language model's first turn, in the form that the model can go on from: the kernel where it writes
    /// kernels, the schedule where it chooses actions.
    func opening(for mode: AnswerMode) -> Proposal {
        switch mode {
        case .source: Proposal(.source(solution), rationale: proposal.rationale)
        case .schedule: proposal
        }
    }
}
