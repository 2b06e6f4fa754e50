import Devices
import Evaluation
import KernelIR
import Rendering
import Workloads

/// All a policy may look at; equal observations get equal proposals.
public struct Observation: Sendable {
    public var workload: Workload
    /// The workload as stages, unscheduled.
    public var program: TensorProgram
    public var target: TargetProfile
    /// The device's best rates, which tell what a candidate takes at least; nil where nobody measured them.
    public var ceilings: Ceilings?
    /// The 16-bit type that temporaries may be stored in; nil holds to the declared types.
    public var precision: DType?
    /// The turns of this trajectory so far, oldest first.
    public var history: [Turn]
    /// The user's own kernel to start from, where there is one.
    public var start: Solution?
    /// The first turn in place of `start`, where it is no kernel of the user's: another author's choice, or what a
    /// record holds there.
    public var opening: Proposal?
    /// Schedules that were certified before, for this workload or the nearest others, the nearest first.
    public var precedents: [Precedent]
    /// Which of the parallel trajectories this is, from 0.
    public var trajectory: Int
    /// Trajectories before this one that go on from the same turns, as in a beam; they were asked already.
    public var twins: Int
    /// Drives every random choice together with the trajectory and the number of turns.
    public var seed: UInt64

    public init(
        workload: Workload, program: TensorProgram, target: TargetProfile, ceilings: Ceilings? = nil,
        precision: DType? = nil, history: [Turn] = [], start: Solution? = nil, opening: Proposal? = nil,
        precedents: [Precedent] = [], trajectory: Int = 0, twins: Int = 0, seed: UInt64 = 0
    ) {
        self.workload = workload
        self.program = program
        self.target = target
        self.ceilings = ceilings
        self.precision = precision
        self.history = history
        self.start = start
        self.opening = opening
        self.precedents = precedents
        self.trajectory = trajectory
        self.twins = twins
        self.seed = seed
    }

    /// The fastest correct turn so far; the earlier one of equals.
    public var best: Turn? {
        history.filter { $0.verdict.isCorrect && $0.verdict.timing != nil }
            .min { ($0.verdict.timing?.medianSeconds ?? .infinity) < ($1.verdict.timing?.medianSeconds ?? .infinity) }
    }
}
