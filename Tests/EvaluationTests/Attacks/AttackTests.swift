import Devices
import KernelIR
import Rendering
import Studies
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
    }

    @Test("replays within a batch are found while another process keeps a core busy", arguments: Attack.replay)
    func replay(_ attack: Attack) async throws {
        guard case .gainsNothing = attack.defence else { return }
        let neighbour = try BusyNeighbour()
        defer { neighbour.stop() }
        let host = try OpenCLHost.make()
        let session = try await session(attack.stage, host)
        let verdict = try await session.certify(attack.solution)
        #expect(gain(of: verdict) == nil)
        await session.close()
    }

    @Test(
        "races are found by a second opinion, whatever their outputs",
        .enabled(if: InterpretingDriver.isOclgrindHere, "Oclgrind is not installed (./kw setup oclgrind)"),
        arguments: Attack.all.filter { if case .races = $0.defence { true } else { false } })
    func race(_ attack: Attack) async throws {
        let host = try OpenCLHost.make()
        let examiner = try Oclgrind(
            limits: try OpenCLDevice.named("opencl:0").limits,
            executable: WorkerConfiguration.executableBesideThis(), limit: .seconds(300))
        let session = try await session(attack.stage, host, examiner: examiner)
        let verdict = try await session.certify(attack.solution)
        // Where the outputs happened to be wrong, it was found before.
        #expect([.race, .wrongValues, .precisionDowngrade].contains(verdict.status), "\(verdict.status)")
        let set = try await ReferenceInputs(attack.stage.workload, seed: Seed(30)).draw(.checking)
        let opinion = try await examiner.examine(attack.solution, on: set.buffers, operations: 1)
        let race = opinion.findings.first { $0.kind == .race }
        #expect(race?.kernel == "k" && race?.line != nil, "\(opinion)")
        await session.close()
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
            if case .races = attack.defence { continue }
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
        case .races:
            return nil
        }
    }

    /// How much faster than the honest kernel an accepted one is, if it is.
    private func gain(of verdict: Verdict) -> String? {
        guard verdict.isCorrect, let speedup = verdict.speedup, speedup.low > Self.gain else { return nil }
        return "correct, \(speedup.ratio) times as fast as the honest kernel"
    }

    /// A ratio that noise does not reach and a cheat does.
    private static let gain = 2.0

    private func session(
        _ stage: Stage, _ host: WorkerHost, examiner: Oclgrind? = nil
    ) async throws -> JudgingSession {
        var setting = JudgingSession.Setting(
            workload: stage.workload, host: host, inputs: ReferenceInputs(stage.workload, seed: Seed(29)),
            provenance: Provenance(device: "opencl:0", driver: "OpenCL", hostCPU: "this", sandboxed: true),
            target: .genericAVX512,
            limits: Limits(compile: .seconds(6), start: .seconds(60), firstRun: .seconds(3), run: .seconds(2)),
            scansSources: false)
        setting.examiner = examiner
        return try await JudgingSession(setting, baselines: [SolutionBaseline.source(stage.solution, on: host)])
    }
}
