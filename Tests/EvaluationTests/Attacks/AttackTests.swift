import Devices
import KernelIR
import Rendering
import Testing
import Workers
import Workloads

@testable import Evaluation

/// Every known attack, as a real kernel or plan before the real judge in the real sandbox, must fail.
///
/// Sessions leave out the source scan, which is triage: sandbox and comparison alone must hold, unless an attack says
/// that only the scan refuses it.
@Suite("Attacks", .serialized, .enabled(if: OpenCLHost.isAvailable, "no OpenCL device or bubblewrap"))
struct AttackTests {
    @Test("the corpus names every attack once, with its source and its aim")
    func catalogue() {
        #expect(Attack.all.count >= 40)
        #expect(Set(Attack.all.map(\.name)).count == Attack.all.count)
        #expect(Attack.all.allSatisfy { !$0.source.isEmpty && !$0.aim.isEmpty })
        #expect(Attack.knownGaps.isSubset(of: Set(Attack.all.map(\.name))))
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
            let fault = try await fault(of: attack, in: session)
            if Attack.knownGaps.contains(attack.name) {
                #expect(fault != nil, "\(attack.name) fails now: take it from the known gaps")
                print("known gap: \(attack.name): \(fault ?? "mended")")
            } else {
                #expect(fault == nil, "\(attack.name): \(fault ?? "")")
            }
        }
        let verdict = try await session.judge(stage.solution, effort: .quick)
        #expect(verdict.isCorrect, "after all attacks: \(verdict.status): \(verdict.message ?? "")")
        await session.close()
    }

    /// What an attack reached, or nil where it was defeated.
    private func fault(of attack: Attack, in session: JudgingSession) async throws -> String? {
        let verdict = try await session.judge(attack.solution, effort: .quick)
        print(
            "PLAY \(attack.name) \(verdict.costs.totalSeconds) \(verdict.status) \(verdict.speedup?.ratio ?? 0) \(verdict.message?.prefix(150) ?? "")"
        )
        let told = "\(verdict.status): \(verdict.message ?? "")"
        switch attack.defence {
        case .ends(let statuses):
            return statuses.contains(verdict.status) ? nil : told
        case .gainsNothing, .scanned:
            guard verdict.isCorrect, let speedup = verdict.speedup, speedup.low > Self.gain else { return nil }
            return "\(told) \(speedup.ratio) times as fast as the honest kernel"
        }
    }

    /// A ratio that noise does not reach and a cheat does.
    private static let gain = 1.5

    private func session(_ stage: Stage, _ host: WorkerHost) async throws -> JudgingSession {
        try await JudgingSession(
            JudgingSession.Setting(
                workload: stage.workload, host: host, inputs: ReferenceInputs(stage.workload, seed: Seed(29)),
                provenance: Provenance(device: "opencl:0", driver: "OpenCL", hostCPU: "this", sandboxed: true),
                target: .genericAVX512, ceilings: JudgingSessionTests.ceilings,
                limits: Limits(compile: .seconds(10), start: .seconds(60), firstRun: .seconds(60), run: .seconds(2)),
                scansSources: false),
            baselines: [HonestBaseline.source(stage.solution, host)])
    }
}
