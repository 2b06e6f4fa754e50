import Devices
import KernelIR
import Rendering
import Testing
import Workers
import Workloads

@testable import Evaluation

/// Every known attack, as a real kernel or plan before the real judge in the real sandbox, must fail.
///
/// Sessions leave out the source scan, which is triage: sandbox and comparison alone must hold. What the scan says
/// about the same attacks is tested with the scan. They know no ceilings either, so that replays have to be found as
/// such, not as times that no device reaches.
@Suite("Attacks", .serialized, .enabled(if: OpenCLHost.isAvailable, "no OpenCL device or bubblewrap"))
struct AttackTests {
    @Test("the corpus names every attack once, with its source and its aim")
    func catalogue() {
        #expect(Attack.all.count >= 40)
        #expect(Set(Attack.all.map(\.name)).count == Attack.all.count)
        #expect(Attack.all.allSatisfy { !$0.source.isEmpty && !$0.aim.isEmpty })
        #expect(Attack.knownGaps.isSubset(of: Set(Attack.all.map(\.name))))
    }

    /// The known gap in figures, which were measured while others kept the cores busy: a kernel of 1.3 ms that is computed
    /// once a batch. Played, the attacks of the gap are found or not as the machine is quiet or busy.
    @Test("the replay probe does not find replays yet where single calls of the floor are slow")
    func replaysOnABusyMachine() {
        func series(_ first: [Double], _ batch: Double) -> ReplayProbe.Series {
            ReplayProbe.Series(
                firstCalls: first.map { $0 * 1e-6 }, batches: Array(repeating: batch * 1e-6, count: first.count))
        }
        let candidate = series(Array(repeating: 1280, count: 10), 20)
        let busy = series([340, 350, 360, 370, 380, 390, 400, 480, 1010, 1170], 7)
        #expect(ReplayProbe.finding(candidate, floors: [busy]) == nil, "mended: see Attack.knownGaps")
        let quiet = series([36, 37, 38, 39, 40, 41, 42, 43, 44, 45], 7)
        #expect(ReplayProbe.finding(candidate, floors: [quiet])?.status == .cheated)
    }

    @Test("honest kernels are accepted, attacks fail", arguments: Stage.all)
    func play(on stage: Stage) async throws {
        let host = try OpenCLHost.make()
        let session = try await session(stage, host)
        #expect(await session.baselineFault == nil)
        for twin in [stage.solution] + HonestTwin.all(on: stage) {
            let verdict = try await session.judge(twin, effort: .quick)
            #expect(verdict.isCorrect, "\(twin.name): \(verdict.status): \(verdict.message ?? "")")
        }
        for attack in Attack.all where attack.stage.workload.name == stage.workload.name {
            if Attack.knownGaps.contains(attack.name) {
                let verdict = try await session.judge(attack.solution, effort: .quick)
                print("known gap: \(attack.name): \(gain(of: verdict) ?? verdict.status.rawValue)")
                continue
            }
            let fault = try await fault(of: attack, in: session)
            #expect(fault == nil, "\(attack.name): \(fault ?? "")")
        }
        let verdict = try await session.judge(stage.solution, effort: .quick)
        #expect(verdict.isCorrect, "after all attacks: \(verdict.status): \(verdict.message ?? "")")
        await session.close()
    }

    /// What an attack reached, or nil where it was defeated.
    ///
    /// A gain in a turn of the search counts only if the certificate confirms it: that is the number that is published.
    private func fault(of attack: Attack, in session: JudgingSession) async throws -> String? {
        let verdict = try await session.judge(attack.solution, effort: .quick)
        switch attack.defence {
        case .ends(let statuses):
            return statuses.contains(verdict.status) ? nil : "\(verdict.status): \(verdict.message ?? "")"
        case .gainsNothing:
            guard gain(of: verdict) != nil else { return nil }
            return gain(of: try await session.certify(attack.solution))
        }
    }

    /// How much faster than the honest kernel an accepted one is, if it is.
    private func gain(of verdict: Verdict) -> String? {
        guard verdict.isCorrect, let speedup = verdict.speedup, speedup.low > Self.gain else { return nil }
        return "correct, \(speedup.ratio) times as fast as the honest kernel"
    }

    /// A ratio that noise does not reach and a cheat does.
    private static let gain = 2.0

    private func session(_ stage: Stage, _ host: WorkerHost) async throws -> JudgingSession {
        try await JudgingSession(
            JudgingSession.Setting(
                workload: stage.workload, host: host, inputs: ReferenceInputs(stage.workload, seed: Seed(29)),
                provenance: Provenance(device: "opencl:0", driver: "OpenCL", hostCPU: "this", sandboxed: true),
                target: .genericAVX512,
                limits: Limits(compile: .seconds(6), start: .seconds(60), firstRun: .seconds(3), run: .seconds(2)),
                scansSources: false),
            baselines: [SolutionBaseline.source(stage.solution, on: host)])
    }
}
