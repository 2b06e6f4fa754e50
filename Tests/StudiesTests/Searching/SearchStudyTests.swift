import Evaluation
import KernelIR
import Policies
import Rendering
import Scheduling
import Synchronization
import Testing
import Workloads

@testable import Studies

@Suite struct SearchSubjectTests {
    @Test func everyFamilyIsThereAndLowers() throws {
        let subjects = try SearchSubject.drawn(SearchSubject.families.count, seed: 3)
        #expect(Set(subjects.map { $0.id.split(separator: "-").dropLast().joined() }).count == subjects.count)
        for subject in subjects { try subject.program.verify() }
    }

    @Test func aLongerListBeginsWithTheShorter() throws {
        let few = try SearchSubject.drawn(3, seed: 5).map(\.workload.contentHash)
        let many = try SearchSubject.drawn(9, seed: 5).map(\.workload.contentHash)
        #expect(Array(many.prefix(3)) == few)
        #expect(Set(many).count == many.count)
        #expect(try SearchSubject.drawn(3, seed: 6).map(\.workload.contentHash) != few)
    }
}

@Suite struct SearchStudyTests {
    /// Times sources by their length: a judge without a device.
    private struct LengthJudge: Judging {
        let count = Counter()

        func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
            count.value.withLock { $0 += 1 }
            let seconds = Double(solution.sources[0].content.count)
            let provenance = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
            return Verdict(
                status: .correct, timing: Timing(samples: [seconds], callsPerBatch: 1, seed: 1), provenance: provenance)
        }
    }

    private final class Counter: Sendable {
        let value = Mutex(0)
    }

    @Test func candidatesAreCountedToTheFirstNearTheBest() async throws {
        let settings = SearchStudy.Settings(
            subjects: 1, seed: 1, turns: 6, lookahead: 2, policies: ["greedy", "random"])
        let study = SearchStudy(settings, policies: [GreedyPolicy(), RandomPolicy()], target: .genericAVX512)
        let judge = LengthJudge()
        let outcome = try await study.run(try SearchSubject.drawn(1, seed: 1)[0], judge: judge)
        #expect(outcome.traces.map(\.policy) == settings.policies)
        for trace in outcome.traces {
            #expect((1...6).contains(trace.seconds.count))
            // The final comparison says what the turns said, since this judge has no noise.
            #expect(trace.incumbents.map(\.seconds) == trace.incumbents.map { trace.seconds[$0.turn - 1] })
        }
        #expect(outcome.bestSeconds == outcome.traces.flatMap(\.seconds).compactMap { $0 }.min())
        // Equal solutions are judged once, and three times more as incumbents.
        let distinct = Set(outcome.traces.flatMap(\.seconds).compactMap { $0 }).count
        let incumbents = Set(outcome.traces.flatMap(\.incumbents).map(\.solution)).count
        #expect(judge.count.value.withLock { $0 } >= distinct + 3 * incumbents)
    }

    @Test func neverCountsOneMoreThanAllTurns() {
        func trace(_ policy: String, _ incumbents: [(Int, Double)]) -> SearchOutcome.Trace {
            SearchOutcome.Trace(
                policy: policy, seconds: [1, 1],
                incumbents: incumbents.map { .init(turn: $0.0, solution: "", seconds: $0.1) },
                isExhausted: false, proposalSeconds: 1)
        }
        let outcome = SearchOutcome(
            subject: "s", shapes: "",
            traces: [trace("a", [(1, 2), (2, 1.04)]), trace("b", [(1, 1.2)]), trace("c", [(2, 1)])])
        let settings = SearchStudy.Settings(subjects: 1, seed: 1, turns: 8, lookahead: 1, policies: ["a", "b", "c"])
        let summary = SearchSummary([outcome], settings)
        #expect(summary.rows.map(\.candidates) == [2, 9, 2])
        #expect(summary.rows.map(\.reached) == [1, 0, 1])
        #expect(summary.rows[1].ratio == 2.0 / 9)
        #expect(summary.fraction("a", after: 1) == 0)
        #expect(summary.fraction("a", after: 2) == 1)
        #expect(summary.markdown.contains("never"))
    }
}
