import Evaluation
import Foundation
import Refinement
import Testing

@Suite struct BenchSummaryTests {
    private static func summary(_ rows: [BenchRow], baselines: [String] = ["a", "b"]) -> BenchSummary {
        let settings = BenchSettings(
            suite: "suite/1", size: "tiny", device: "test:0", machine: "test", baselines: baselines, budgetSeconds: 1,
            policy: "counting", turns: 3)
        return BenchSummary(
            header: BenchHeader(settings: settings, deviceKind: "cpu", provenance: .test), rows: rows,
            notAdmitted: [.init(workload: "suite/1/9", name: "9_Zero", reason: "every output is zero")], unfinished: 0)
    }

    /// A win, a tie, a loss, a workload on which `a` is disqualified, a wrong one, an unsupported one, a failed one.
    private static let rows: [BenchRow] = {
        var disqualified = BenchRow.sample(4, ratio: 5)
        disqualified.comparisons = [.init(baseline: "a", fault: "wrong"), .init(baseline: "b", version: "2")]
        let failures: [(BenchStatus)] = [.judged(.wrongValues), .unsupported, .failed]
        return [.sample(1, ratio: 2), .sample(2, ratio: 1), .sample(3, ratio: 0.5), disqualified]
            + failures.enumerated().map { index, status in
                BenchRow(
                    workload: "suite/1/\(index + 5)", name: "x", status: status, reason: "r", elapsedSeconds: 1)
            }
    }()

    @Test func everythingThatHasNoRatioCountsZero() throws {
        let table = Self.summary(Self.rows).tables[0]
        #expect(table.count == 7 && table.measured == 3)
        #expect(table.score.wins == 1 && table.score.ties == 1 && table.score.losses == 1)
        #expect(table.score.fast["0"] == 3.0 / 7)
        #expect(table.score.fast["0.5"] == 2.0 / 7)  // strictly above
        #expect(table.score.fast["1"] == 1.0 / 7)
        #expect(table.score.certified["0.8"] == 2.0 / 7)
        #expect(table.score.certified["1.5"] == 1.0 / 7)
        #expect(table.score.certified["2"] == 0)
        #expect(abs((table.score.geometricMean ?? 0) - 1) < 1e-12)
        #expect(abs((table.score.geometricMeanOfFaster ?? 0) - 2) < 1e-12)
        #expect(table.disqualified.map(\.workload) == ["suite/1/4"] && table.disqualified.map(\.reason) == ["wrong"])
        #expect(table.versions == ["1"])
        #expect(Self.summary(Self.rows).correct == 4)
    }

    @Test func meansOverNothingAreNull() throws {
        for rows in [[], Array(Self.rows.suffix(2))] {
            let json = try JSONEncoder().encode(Self.summary(rows))
            let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            #expect(object["geometricMean"] is NSNull)
            let table = try #require((object["tables"] as? [[String: Any]])?.first)
            #expect(table["geometricMean"] is NSNull && table["geometricMeanOfFaster"] is NSNull)
            #expect((object["fast"] as? [String: Double])?["0"] == 0)
        }
    }

    @Test func theJSONFormHasTheFieldsThatScriptsRelyOn() throws {
        let json = try JSONEncoder().encode(Self.summary(Self.rows))
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(object["suite"] as? String == "suite/1")
        #expect(object["device"] as? String == "test:0")
        #expect(object["baseline"] as? String == "a")
        #expect(object["measured"] as? String == "measured on CPU")
        #expect(Set((object["fast"] as? [String: Double] ?? [:]).keys) == ["0", "0.5", "0.8", "1", "1.5", "2"])
        let results = try #require(object["results"] as? [[String: Any]])
        #expect(results.map { $0["status"] as? String } == Self.rows.map(\.status.rawValue))
        #expect((results[0]["speedup"] as? [String: Double])?["ratio"] == 2)
        #expect(results[3]["speedup"] == nil)
        #expect((object["notAdmitted"] as? [[String: String]])?.first?["workload"] == "suite/1/9")
        #expect(((object["provenance"] as? [String: Any])?["options"] as? [String: Any])?["policy"] != nil)
    }

    @Test func withoutABaselineThereIsNoTable() throws {
        let json = try JSONEncoder().encode(Self.summary(Self.rows, baselines: []))
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect((object["tables"] as? [Any])?.isEmpty == true)
        #expect((object["fast"] as? [String: Double])?.isEmpty == true)
        #expect(object["correct"] as? Int == 4)
    }

    @Test func aTableSurvivesItsJSONForm() throws {
        let table = Self.summary(Self.rows).tables[0]
        #expect(try JSONDecoder().decode(BaselineTable.self, from: try JSONEncoder().encode(table)) == table)
    }

    @Test func aRowTellsOfEveryBaseline() throws {
        let verdict = Verdict(
            status: .correct,
            timing: Timing(
                samples: [1, 1], callsPerBatch: 1, baseline: nil, baselineFault: "a is wrong",
                others: [BaselineTiming(name: "b", version: "2", samples: [3, 3], candidate: [1, 1], seed: 1)], seed: 1),
            provenance: .test)
        let end = RecordEnd(
            reason: .turns, certificates: [Certificate(trajectory: 0, index: 0, verdict: verdict)], inputSeed: nil)
        let settings = RunSettings(
            workload: "w", workloadHash: "h", device: "test:0", policy: "p", turns: 1, budgetSeconds: 1)
        let record = RecordContents(header: RecordHeader(settings: settings), end: end)
        let row = BenchRow(workload: "w", name: "n", record: record, mainBaseline: "a", elapsedSeconds: 1)
        #expect(row.status.isCorrect && row.seconds == 1)
        #expect(row.comparisons.map(\.baseline) == ["a", "b"])
        #expect(row.comparisons[0].fault == "a is wrong")
        #expect(row.speedup(against: "a") == nil)
        #expect(row.speedup(against: "b")?.ratio == 3)
    }
}

@Suite struct FastCurveTests {
    @Test func fallsAtEverySpeedup() {
        let curve = FastCurve([2, 0.5, 2, 9], count: 8)
        #expect(curve.steps(upTo: 4) == [.init(0, 0.5), .init(0.5, 0.375), .init(2, 0.125)])
        #expect(curve.fraction(above: 2) == 0.125)
        #expect(curve.fraction(above: 9) == 0)
    }

    @Test func isFlatWithoutWorkloads() {
        #expect(FastCurve([], count: 0).steps(upTo: 4) == [.init(0, 0)])
    }
}
