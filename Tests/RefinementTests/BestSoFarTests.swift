import Evaluation
import Policies
import Refinement
import Rendering
import Testing

@Suite struct BestSoFarTests {
    private func turn(_ index: Int, _ verdict: Verdict) -> Turn {
        Turn(
            trajectory: 0, index: index, proposal: Proposal(.source(.sample("\(index)")), rationale: "\(index)"),
            verdict: verdict)
    }

    private func certificate(_ index: Int, _ verdict: Verdict) -> RunEvent {
        .certified(Certificate(trajectory: 0, index: index, verdict: verdict))
    }

    private func text(_ best: BestSoFar) -> String {
        switch best.answer {
        case .certified(let turn, let verdict): "certified \(turn.index) \(verdict.medianSeconds ?? 0)"
        case .uncertified(let turn): "turn \(turn.index)"
        case .unjudged(let proposal): "unjudged \(proposal.rationale)"
        case nil: "nothing"
        }
    }

    @Test func theAnswerGetsBetterAndNeverWorse() {
        var best = BestSoFar()
        #expect(text(best) == "nothing")
        best.offer(Proposal(.source(.sample("first")), rationale: "first"))
        #expect(text(best) == "unjudged first")
        best.note(.turn(turn(0, .wrong)))
        #expect(text(best) == "unjudged first")
        best.note(.turn(turn(1, .correct(2))))
        best.note(.turn(turn(2, .correct(1))))
        best.note(.turn(turn(3, .correct(3))))
        #expect(text(best) == "turn 2")
        best.note(.certifying(turn(2, .correct(1))))
        #expect(text(best) == "turn 2")
        best.note(certificate(2, .correct(1.5)))
        #expect(text(best) == "certified 2 1.5")
        #expect(best.judged == 4)
    }

    @Test func whatLostItsCertificateIsNoAnswer() {
        var best = BestSoFar()
        best.note(.resumed([turn(0, .correct(2)), turn(1, .correct(1))]))
        best.note(certificate(1, .wrong))
        #expect(text(best) == "turn 0")
        best.note(certificate(0, .correct(2)))
        #expect(text(best) == "certified 0 2.0")
    }

    /// A run that goes on tells of the turns that were taken from its record before.
    @Test func aRecordIsTakenOverOnce() {
        let settings = RunSettings(
            workload: "w", workloadHash: "h", device: "test:0", policy: "p", turns: 1, budgetSeconds: 1)
        let turns = [turn(0, .wrong), turn(1, .correct(1))]
        var record = RecordContents(
            header: RecordHeader(settings: settings),
            turns: turns.map { RecordedTurn(turn: $0, solution: nil, elapsedSeconds: 0) })
        var best = BestSoFar()
        best.resume(record)
        #expect(text(best) == "turn 1")
        best.note(.resumed(turns))
        #expect(best.judged == 2)
        record.end = RecordEnd(
            reason: .turns, certificates: [Certificate(trajectory: 0, index: 1, verdict: .correct(2))], inputSeed: nil)
        best.resume(record)
        #expect(text(best) == "certified 1 2.0")
    }

    @Test func aFirstChoiceThatWasJudgedWrongIsNoAnswer() {
        var best = BestSoFar()
        best.offer(Proposal(.source(.sample("0")), rationale: "first"))
        best.note(.turn(turn(0, .wrong)))
        #expect(text(best) == "nothing")
        best.note(.turn(turn(1, .correct(1))))
        best.note(certificate(1, .wrong))
        #expect(text(best) == "nothing")
    }
}
