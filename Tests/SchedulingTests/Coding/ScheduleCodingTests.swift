import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Schedules as JSON: what is written is what is read, and what is malformed is named.
@Suite struct ScheduleCodingTests {
    /// One of every action, with parameters other than the defaults.
    static let everyAction: Schedule = [
        .split(Split(stage: "s", loop: "m", factor: 6)), .fuse(Fuse(stage: "s", outer: "m", inner: "n")),
        .reorder(Reorder(stage: "s", loops: ["n", "m"])), .bind(Bind(stage: "s", loop: "m", to: .item)),
        .order(Order(stage: "s", loops: ["m", "n"])), .vectorize(Vectorize(stage: "s", loop: "n", gather: true)),
        .unroll(Unroll(stage: "s", loop: "n")), .accumulators(Accumulators(stage: "s", loop: "k", count: 4)),
        .pack(Pack(stage: "s", buffer: "b", axis: "n", width: 48)), .inline(Inline(stage: "s")),
        .attach(Attach(stage: "s", to: "t", loop: "m", allowRecompute: true)),
        .epilogue(Epilogue(stage: "s", into: "t")), .math(Math(stage: "s", mode: .fast)), .stream(Stream(stage: "s")),
        .reverse(Reverse(stage: "s", loop: "m")), .specialize(Specialize(stage: "s", loop: "m")),
        .splitReduction(SplitReduction(stage: "s", axis: "k", block: 64)),
        .separate(Separate(stage: "s", axis: "k")),
        .fuseReductions(FuseReductions(first: "s", second: "t", block: 256)), .extract(Extract(stage: "s", with: "t")),
        .hoist(Hoist(stage: "s")),
        .simplify(Simplify(stage: "s")),
        .factor(Factor(stage: "s")),
        .scanBlock(ScanBlock(stage: "s", axis: "k", block: 64)),
        .narrow(Narrow(buffer: "t", type: .bfloat16)), .prefetch(Prefetch(stage: "s", loop: "m")),
        .winograd(Winograd(stage: "s")), .crossThread(CrossThread(stage: "s", loop: "k", method: .shuffle)),
        .matrix(Matrix(stage: "s", rows: "m", columns: "n", inner: "k", format: .tf32)),
        .stage(
            StageOperand(
                stage: "s", buffer: "b", loop: "k", layout: .padded(4), vector: 4, transposed: true)),
        .pipeline(Pipeline(stage: "s", loop: "k", stages: 3)),
        .rasterize(Rasterize(stage: "s", order: .grouped(8))),
    ]

    @Test func everyActionIsCovered() {
        let names = ScheduleCodingTests.everyAction.map { type(of: $0.wrapped).name }
        #expect(names.sorted() == Action.types.map { $0.name }.sorted())
    }

    @Test(arguments: everyAction) func roundTrip(_ action: Action) throws {
        let data = try JSONEncoder().encode(action)
        #expect(try JSONDecoder().decode(Action.self, from: data) == action)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        #expect(object?["action"] as? String == type(of: action.wrapped).name)
    }

    @Test func wholeSchedule() throws {
        let data = try JSONEncoder().encode(ScheduleCodingTests.everyAction)
        #expect(try JSONDecoder().decode(Schedule.self, from: data) == ScheduleCodingTests.everyAction)
    }

    @Test(arguments: everyAction) func missingFieldsAreNamed(_ action: Action) throws {
        let data = try JSONEncoder().encode([action])
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        // Added later: where loops are bound to (without it, to groups), and what groups compute together.
        let later = object[0]["action"] as? String == Bind.name ? ["to"] : ["shared"]
        for field in object[0].keys.sorted() where !later.contains(field) {
            var shortened = object
            shortened[0][field] = nil
            let text = try JSONSerialization.data(withJSONObject: shortened)
            do {
                _ = try JSONDecoder().decode(Schedule.self, from: text)
                Issue.record("\(field) of \(action) is not missed")
            } catch DecodingError.keyNotFound(let key, let context) {
                #expect(key.stringValue == field)
                #expect(context.codingPath.first?.intValue == 0, "the place in the schedule is named")
            }
        }
    }

    @Test func unknownActionsListTheKnownOnes() throws {
        let text = Data(#"[{"action": "inline", "stage": "s"}, {"action": "splat", "stage": "s"}]"#.utf8)
        do {
            _ = try JSONDecoder().decode(Schedule.self, from: text)
            Issue.record("splat is no action")
        } catch DecodingError.dataCorrupted(let context) {
            #expect(context.debugDescription.contains("unknown action splat"))
            for type in Action.types { #expect(context.debugDescription.contains(type.name)) }
            #expect(context.codingPath.first?.intValue == 1)
        }
    }

    static let unknownWords = [
        (#"{"action": "stage", "stage": "s", "buffer": "b", "loop": "k", "layout": "padded"}"#, "padded(4)"),
        (#"{"action": "rasterize", "stage": "s", "order": "grouped(-1)"}"#, "grouped(8)"),
    ]

    @Test(arguments: unknownWords) func unknownWordsListTheKnownOnes(_ text: String, _ known: String) throws {
        do {
            _ = try JSONDecoder().decode(Schedule.self, from: Data("[\(text)]".utf8))
            Issue.record("\(text) is no action")
        } catch DecodingError.dataCorrupted(let context) {
            #expect(context.debugDescription.contains(known))
        }
    }

    @Test func wrongTypesAreNamed() throws {
        let text = Data(#"[{"action": "split", "stage": "s", "loop": "m", "factor": "six"}]"#.utf8)
        do {
            _ = try JSONDecoder().decode(Schedule.self, from: text)
            Issue.record("six is no number")
        } catch DecodingError.typeMismatch(_, let context) {
            #expect(context.codingPath.last?.stringValue == "factor")
        }
    }

    @Test func statesRoundTrip() throws {
        let state = try scheduled(
            SamplePrograms.norm(2, 64),
            [
                .bind(Bind(stage: "out", loop: "out.row")), .attach(Attach(stage: "var", to: "out", loop: "out.row")),
                .math(Math(stage: "var", mode: .fast)),
            ])
        let data = try JSONEncoder().encode(state)
        #expect(try JSONDecoder().decode(ScheduleState.self, from: data) == state)
    }
}
