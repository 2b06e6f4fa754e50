import Synchronization
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Fresh rounds") struct FreshRoundsTests {
    private let sessions = JudgingSessionTests()

    private func certificate(
        of behaviour: Behaviour, baseline: Behaviour? = .relu(milliseconds: 5)
    ) async throws -> Verdict {
        let session = try await sessions.session(["it": behaviour], baseline: baseline)
        return try await session.certify(sessions.solution("it"))
    }

    @Test("every round has inputs of its own, and the last one those that were held out")
    func inputsDiffer() async throws {
        let seen = Mutex<[Float]>([])
        let watching = Behaviour { buffers, _ in
            let first = buffers.bytes(of: "x")?.load(as: Float.self) ?? 0
            seen.withLock { if $0.last != first { $0.append(first) } }
            buffers.map { max($0, 0) }
            return .success(.milliseconds(2))
        }
        let verdict = try await certificate(of: watching)
        #expect(verdict.isCorrect, "\(verdict.message ?? "")")
        let values = seen.withLock { $0 }
        let rounds = verdict.timing?.samples.count ?? 0
        #expect(rounds >= 9)
        // The held-out inputs come first, in checked runs, and last; all others differ.
        #expect(values.first == values.last)
        #expect(Set(values).count >= rounds)
        #expect(verdict.costs.inputSeconds > 0)
    }

    @Test(
        "a candidate that answers from memory fails, with a baseline as witness and without", arguments: [true, false])
    func remembers(hasBaseline: Bool) async throws {
        let kept = Mutex<[Float]>([])
        // Right until it is timed; then the same answer for ever.
        let replay = Behaviour { buffers, call in
            guard let y = buffers.bytes(of: "y")?.bindMemory(to: Float.self) else { return .success(.zero) }
            if call < 30 {
                buffers.map { max($0, 0) }
                kept.withLock { $0 = Array(y) }
            } else {
                kept.withLock { for index in y.indices { y[index] = $0[index] } }
            }
            return .success(.milliseconds(call < 30 ? 2 : 1))
        }
        let verdict = try await certificate(of: replay, baseline: hasBaseline ? .relu(milliseconds: 5) : nil)
        #expect(verdict.status == .wrongValues)
        #expect(verdict.message?.contains("after a timed batch") == true)
        #expect(verdict.accuracy.last?.inputSet.contains("round") == true)
    }

    @Test("one wrong element in one timed batch is found")
    func oneElement() async throws {
        let sly = Behaviour { buffers, call in
            buffers.map { max($0, 0) }
            if call > 100, let y = buffers.bytes(of: "y")?.bindMemory(to: Float.self) { y[777] += 1 }
            return .success(.milliseconds(2))
        }
        #expect(try await certificate(of: sly).status == .wrongValues)
    }

    @Test("a right candidate is certified after one that failed in the middle of its race")
    func nextOne() async throws {
        let sly = Behaviour { buffers, call in
            buffers.map { max($0, 0) + (call > 100 ? 1 : 0) }
            return .success(.milliseconds(2))
        }
        let session = try await sessions.session(["sly": sly, "right": .relu(milliseconds: 2)], baseline: nil)
        #expect(try await session.certify(sessions.solution("sly")).status == .wrongValues)
        let verdict = try await session.certify(sessions.solution("right"))
        #expect(verdict.isCorrect, "\(verdict.message ?? "")")
    }

    @Test("a baseline that errs differently is no witness against a right candidate")
    func witnessErrs() async throws {
        let rough = Behaviour { buffers, call in
            buffers.map { max($0, 0) * (call < 300 ? 1 : 1.5) }
            return .success(.milliseconds(5))
        }
        let verdict = try await certificate(of: .relu(milliseconds: 2), baseline: rough)
        #expect(verdict.isCorrect, "\(verdict.message ?? "")")
        #expect(verdict.costs.oracleSeconds > 0)
    }

    @Test("work that only the first call of a batch does is told by its time")
    func replayWithinBatch() async throws {
        let inputs = Mutex<Float>(.nan)
        let lazy = Behaviour { buffers, _ in
            let first = buffers.bytes(of: "x")?.load(as: Float.self) ?? 0
            let isNew = inputs.withLock { seen in
                defer { seen = first }
                return seen != first
            }
            buffers.map { max($0, 0) }
            return .success(isNew ? .milliseconds(40) : .microseconds(500))
        }
        let verdict = try await certificate(of: lazy)
        #expect(verdict.status == .cheated)
        #expect(verdict.message?.contains("inputs it has not seen") == true)
    }
}
