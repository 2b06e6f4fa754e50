import KernelIR
import Testing
import Workers

@testable import Evaluation

@Suite("Batch timer") struct BatchTimerTests {
    private func timer(_ call: @escaping @Sendable (Int) -> Result<Duration, WorkerFailure>) throws -> BatchTimer {
        let buffers = try BufferSet([])
        return BatchTimer(
            FakeCandidate(Behaviour { _, index in call(index) }, buffers), callLimit: .seconds(1),
            batchSeconds: 0.02)
    }

    @Test(
        "calls are added until a batch is long enough, however wrong the first guess was", arguments: [1e-7, 3e-3, 5])
    func calibration(guess: Double) async throws {
        var timer = try timer { _ in .success(.microseconds(50)) }
        let each = try await timer.calibrate(guess: guess)
        #expect(abs(each - 50e-6) < 1e-9)
        #expect(Double(timer.calls) * each >= 0.018)
        if guess > 1e-4 { #expect(timer.calls < 1000) }
    }

    @Test("a call that a disturbance makes slow does not make a batch")
    func disturbed() async throws {
        var timer = try timer { index in .success(index == 0 ? .milliseconds(40) : .microseconds(50)) }
        let each = try await timer.calibrate(guess: 1)
        #expect(abs(each - 50e-6) < 1e-9)
        #expect(Double(timer.calls) * each >= 0.018)
    }

    @Test("a slow call makes a batch of its own")
    func slow() async throws {
        var timer = try timer { _ in .success(.seconds(2)) }
        try await timer.calibrate(guess: 2)
        #expect(timer.calls == 1)
        #expect(timer.spentSeconds == 2)
    }

    @Test("a failure is thrown as a rejection, and the time waited for it is charged")
    func failure() async throws {
        var timer = try timer { _ in .failure(.timedOut(seconds: 3)) }
        await #expect(throws: Rejection(.timedOut(seconds: 3))) { try await timer.runBatch() }
        #expect(timer.spentSeconds == 3)
    }

    @Test("a rival that fails drops out and the race goes on")
    func rivalFails() async throws {
        let candidate = try timer { _ in .success(.milliseconds(1)) }
        let rival = try timer { $0 > 1 ? .failure(.crashed(signal: 9, detail: "")) : .success(.milliseconds(1)) }
        var race = Race(plan: .quick, candidate: candidate, rivals: [Race.Rival(name: "rival", timer: rival)])
        var keeper = CountingKeeper()
        try await race.run(incumbent: nil, keeper: &keeper, seed: 1)
        #expect(race.rivals[0].fault != nil && race.rivals[0].samples.isEmpty)
        #expect(race.samples.count == TimingPlan.quick.mostRounds)
        #expect(keeper.prepared == race.samples.count)
        #expect(!race.stoppedEarly)
    }
}

/// Counts what a race asks of its keeper.
struct CountingKeeper: RaceKeeper {
    var unseenSets = 0
    private(set) var prepared = 0
    /// Who ran, round by round.
    private(set) var order: [[Entrant]] = []

    mutating func beginRound(isLast: Bool) { order.append([]) }
    mutating func prepare(_ entrant: Entrant) {
        if entrant == .candidate { prepared += 1 }
        order[order.count - 1].append(entrant)
    }
    mutating func examineUnseen(_ entrant: Entrant) {}
    mutating func examine(_ entrant: Entrant, isLast: Bool) async throws {}
    mutating func endRound(isLast: Bool) throws {}
}
