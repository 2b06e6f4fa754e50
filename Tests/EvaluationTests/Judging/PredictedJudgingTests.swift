import Devices
import Foundation
import KernelIR
import Testing
import Workers

@testable import Evaluation

extension PlanPrediction {
    /// A prediction of one launch that shared memory bounds.
    static func of(seconds: Double) -> PlanPrediction {
        let launch = LaunchPrediction(
            kernel: "k", predictedSeconds: seconds, limit: "sharedMemory",
            evidence: [.init(name: "sharedConflictWavefronts", value: 31, unit: "wavefronts")], occupancy: 0.5,
            limiter: "registers", registers: 64, spillBytes: 0, waves: 2, coverage: 0.25, source: "sass", regions: [])
        return PlanPrediction(device: "sim:a6000", launches: [launch])
    }
}

/// Judging on a device whose times a model predicts.
@Suite("Predicted judging") struct PredictedJudgingTests {
    /// Computes y = max(x, 0) for the first part of the elements only, as a sample of the blocks does.
    private static func partial(_ share: Double, wrong: Bool = false) -> Behaviour {
        var behaviour = Behaviour { buffers, _ in
            guard let x = buffers.bytes(of: "x"), let y = buffers.bytes(of: "y") else { return .success(.zero) }
            let (source, target) = (x.bindMemory(to: Float.self), y.bindMemory(to: Float.self))
            for index in 0..<Int(share * Double(source.count)) {
                target[index] = max(source[index], 0) + (wrong && index == 7 ? 1 : 0)
            }
            return .success(.milliseconds(1))
        }
        behaviour.coverage = 0.1
        behaviour.outputSamples = [OutputSample(output: "y", written: share, accounted: 10 * share)]
        behaviour.predictedSeconds = 1e-3
        return behaviour
    }

    private func verdict(_ behaviour: Behaviour, certifying: Bool = false) async throws -> Verdict {
        let tests = JudgingSessionTests()
        var naive = Behaviour.relu()
        naive.predictedSeconds = 4e-3
        var setting = tests.setting(["it": behaviour, "naive": naive])
        setting.isPredicted = true
        setting.basis = PredictionBasis(name: "unscheduled", solution: tests.solution("naive"))
        let session = try await JudgingSession(setting)
        return try await certifying
            ? session.certify(tests.solution("it")) : session.judge(tests.solution("it"), effort: .quick)
    }

    @Test("the time is the model's, the ratio is to another prediction, and both are called predicted")
    func predicted() async throws {
        var behaviour = Behaviour.relu()
        behaviour.predictedSeconds = 1e-3
        let verdict = try await verdict(behaviour)
        #expect(verdict.status == .correct)
        #expect(verdict.timing?.predicted == true)
        #expect(verdict.timing?.baseline == "unscheduled")
        #expect(verdict.speedup == RatioInterval(ratio: 4, low: 4, high: 4))
        #expect(verdict.profile?.lever == verdict.prediction?.bottleneck)
        #expect(verdict.prediction?.bottleneck.contains("bound by sharedMemory") == true)
        let text = String(decoding: try JSONEncoder().encode(verdict), as: UTF8.self)
        #expect(text.contains("\"predictedSeconds\":0.001"))
        #expect(text.contains("\"predictedRatio\":4"))
        let again = try JSONDecoder().decode(Verdict.self, from: Data(text.utf8))
        #expect(again == verdict)
    }

    @Test(
        "a sample of the blocks is checked where it wrote, and the verdict carries its coverage",
        arguments: [false, true])
    func sampled(_ certifying: Bool) async throws {
        let verdict = try await verdict(Self.partial(0.1), certifying: certifying)
        #expect(verdict.status == .correct)
        #expect(verdict.coverage == 0.1)
        #expect(verdict.accuracy.allSatisfy { $0.elements == 100 })
    }

    @Test("one wrong element of the sample is found") func wrongSample() async throws {
        #expect(try await verdict(Self.partial(0.1, wrong: true)).status == .wrongValues)
    }

    @Test("a sample that writes next to nothing proves nothing") func emptySample() async throws {
        let verdict = try await verdict(Self.partial(0.01))
        #expect(verdict.status == .wrongValues)
        #expect(verdict.message?.contains("10 of 1000 elements") == true)
    }

    @Test("work-groups that write half of their share do not stand for the whole") func halfOfTheShare() async throws {
        #expect(try await verdict(Self.partial(0.095)).status == .correct)
        let half = try await verdict(Self.partial(0.05))
        #expect(half.status == .wrongValues)
        #expect(half.message?.contains("stand for 50 % of the output") == true)
    }

    @Test("what was stored and does not show is not right, and what the emulator does not tell proves nothing")
    func stores() async throws {
        var hidden = Self.partial(0.05)
        hidden.outputSamples = [OutputSample(output: "y", written: 0.1, accounted: 1)]
        let found = try await verdict(hidden)
        #expect(found.status == .wrongValues)
        #expect(found.message?.contains("stored in 100 of them what they held before") == true)
        var silent = Self.partial(0.1)
        silent.outputSamples = []
        #expect(try await verdict(silent).status == .wrongValues)
    }
}
