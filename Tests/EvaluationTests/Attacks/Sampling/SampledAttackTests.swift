import Devices
import KernelIR
import Rendering
import Studies
import Testing
import Workloads

@testable import Evaluation

/// A grid that is too large for the budget: honest kernels are accepted by a part of it, attacks on that fail.
///
/// The judge is the real one on the real device; candidates run in this process, where the budget can be chosen. The
/// source scan is left out.
@Suite("Attacks on samples", .enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct SampledAttackTests {
    /// Instructions that some hundred blocks take.
    private static let budget: UInt64 = 1 << 19

    /// - Parameter wholeFactor: how many times the budget a whole grid may take where a part does not tell enough.
    private func verdict(_ solution: Solution, wholeFactor: Double = 0) async throws -> Verdict {
        var device = try #require(try SimulatedDevice.named("sim:a6000", toolchain: Toolchain.installation))
        device.checking.threadInstructions = Self.budget
        device.checking.wholeFactor = wholeFactor
        var setting = JudgingSession.Setting(
            workload: SampledStage.workload, host: EmulatedHost(device),
            inputs: ReferenceInputs(SampledStage.workload, seed: Seed(29)),
            provenance: Provenance(device: device.id, driver: device.driver, hostCPU: "this", sandboxed: false),
            target: device.profile, scansSources: false)
        setting.isPredicted = true
        let session = try await JudgingSession(setting)
        let verdict = try await session.judge(solution, effort: .quick)
        await session.close()
        return verdict
    }

    @Test("honest kernels are judged by a part of the grid", arguments: SampledStage.twins)
    func honest(_ twin: Solution) async throws {
        let verdict = try await verdict(twin)
        #expect(verdict.isCorrect, "\(twin.name): \(verdict.status): \(verdict.message ?? "")")
        #expect(verdict.coverage < 1 && verdict.timing?.predicted == true)
    }

    @Test("attacks fail", arguments: SampledAttack.all)
    func attack(_ attack: SampledAttack) async throws {
        let verdict = try await verdict(attack.solution)
        #expect(verdict.status == attack.status, "\(verdict.status): \(verdict.message ?? "")")
        // It was found in a part of the grid.
        if attack.status == .wrongValues { #expect(verdict.coverage < 1) }
    }

    @Test("work that is moved out of the blocks that the time is predicted from is missed where all blocks run")
    func moved() async throws {
        let verdict = try await verdict(SampledAttack.workMovedAway.solution, wholeFactor: 1000)
        #expect(verdict.coverage == 1 && verdict.status == .launchError, "\(verdict.status)")
        #expect(verdict.message?.contains("its time cannot be predicted") == true, "\(verdict.message ?? "")")
    }

    @Test("blocks that write unevenly are judged as a whole, or not at all")
    func uneven() async throws {
        let whole = try await verdict(SampledStage.uneven, wholeFactor: 1000)
        #expect(whole.isCorrect && whole.coverage == 1, "\(whole.status): \(whole.message ?? "")")
        let part = try await verdict(SampledStage.uneven)
        #expect(part.status == .wrongValues && part.coverage < 1)
        #expect(part.message?.contains("cannot be judged by a sample") == true, "\(part.message ?? "")")
    }
}
