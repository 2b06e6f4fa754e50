import Evaluation
import KernelIR
import Policies
import Rendering

/// Hands back the verdicts of a record in their order, so that a run repeats without a device.
///
/// It demands the recorded solutions: another one means that the author, the compiler or the seed changed.
public actor ReplayingJudge: Certifying {
    private struct Entry {
        var place: String
        var solution: String
        var verdict: Verdict
    }

    private var verdicts: [Entry]
    private var certificates: [Verdict]

    public init(_ record: RecordContents) {
        verdicts = record.turns.compactMap { recorded in
            recorded.solution.map {
                Entry(
                    place: "turn \(recorded.turn.index) of trajectory \(recorded.turn.trajectory)", solution: $0,
                    verdict: recorded.turn.verdict)
            }
        }
        certificates = record.end?.certificates.map(\.verdict) ?? []
    }

    /// - Throws: `badInput` when the record holds another solution here, or none.
    public func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
        guard let next = verdicts.first else {
            throw KernelwrightError(.badInput, "the record has no further verdict")
        }
        guard next.solution == solution.contentHash else {
            throw KernelwrightError(.badInput, "the record holds another solution at \(next.place)")
        }
        verdicts.removeFirst()
        return next.verdict
    }

    public func certify(_ solution: Solution) async throws -> Verdict {
        guard !certificates.isEmpty else { throw KernelwrightError(.badInput, "the record has no certificate") }
        return certificates.removeFirst()
    }
}
