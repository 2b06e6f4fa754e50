import Evaluation
import KernelIR
import Policies
import Scheduling
import Testing
import Workloads

extension Observation {
    /// An observation of a program without turns; the workload plays no part in what the built-in authors propose.
    static func of(_ program: TensorProgram, seed: UInt64 = 7, trajectory: Int = 0) -> Observation {
        let x = TensorSpec(name: "x", dtype: .float32, shape: [2])
        let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [x.type])
        let workload = Workload(name: "stand-in", inputs: [x], nodes: [node], outputs: ["y"])
        return Observation(
            workload: workload, program: program, target: .genericAVX512, trajectory: trajectory, seed: seed)
    }

    /// Adds the turn that a proposal and its verdict make.
    mutating func add(_ proposal: Proposal, _ verdict: Verdict) {
        history.append(Turn(trajectory: trajectory, index: history.count, proposal: proposal, verdict: verdict))
    }
}

extension Verdict {
    private static let nowhere = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)

    /// A correct verdict with a time and what bounds it.
    static func correct(_ seconds: Double, _ bottleneck: Profile.Bottleneck = .memory) -> Verdict {
        let profile = Profile(
            minimumBytes: 1, flops: 1, bandwidthFraction: 0.5, computeFraction: 0.5, launchFraction: 0,
            rooflineFraction: 0.5, bottleneck: bottleneck, lever: "")
        let timing = Timing(samples: [seconds], callsPerBatch: 1, seed: 1)
        return Verdict(status: .correct, timing: timing, profile: profile, provenance: nowhere)
    }

    /// A correct verdict whose launches were timed, beside a baseline where one is given.
    static func correct(launches: [Double], baseline: Double? = nil) -> Verdict {
        let seconds = launches.reduce(0, +)
        var verdict = correct(seconds)
        verdict.profile?.launchSeconds = launches
        if let baseline {
            verdict.timing = Timing(
                samples: [seconds, seconds], callsPerBatch: 1, baseline: "b", baselineSamples: [baseline, baseline],
                seed: 1)
        }
        return verdict
    }

    static let wrong = Verdict(status: .wrongValues, provenance: nowhere)
}

/// The built-in authors.
let builtInPolicies: [any Policy] = [GreedyPolicy(), BeamPolicy(), RandomPolicy()]

/// The loops of a proposal's schedule; records an issue where the schedule is illegal or the loops don't verify.
func expectLegal(_ proposal: Proposal, _ program: TensorProgram) throws {
    guard case .schedule(let schedule) = proposal.content else {
        Issue.record("the proposal is no schedule")
        return
    }
    let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
    try state.lowered().verify()
}
