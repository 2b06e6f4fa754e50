import Evaluation
import KernelIR
import Policies
import Rendering
import Testing
import Workloads

@Suite struct TunableTests {
    private static let workload: Workload = {
        let x = TensorSpec(name: "x", dtype: .float32, shape: [100])
        let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [x.type])
        return Workload(name: "negate", inputs: [x], nodes: [node], outputs: ["y"])
    }()

    private static func kernel(_ lines: String) -> AnnotatedKernel {
        AnnotatedKernel(source: lines + "\n__kernel void k() {}\n", path: "k.cl")
    }

    private static func solution(_ lines: String, values: [Int]? = nil) throws -> Solution {
        try kernel(lines).solution(for: workload, profile: .genericAVX512, values: values)
    }

    @Test func theFirstValuesAreTheAuthors() throws {
        let lines =
            "// kw: tune TILE=16,8,32\n// kw: tune U=2,1\n"
            + "// kw: launch k grid=100/TILE/U,2 block=TILE*2 shared=4*TILE"
        let first = try Self.solution(lines)
        #expect(first.options == ["-DTILE=16", "-DU=2"])
        // 100 / 16 is 7, 7 / 2 is 4: quotients are rounded up.
        #expect(first.launches[0].grid == [4, 2])
        #expect(first.launches[0].block == [32])
        #expect(first.launches[0].sharedBytes == 64)
        let other = try Self.solution(lines, values: [8, 1])
        #expect(other.options == ["-DTILE=8", "-DU=1"])
        #expect(other.launches[0].grid == [13, 2])
        #expect(other.sources == first.sources)
        #expect(try Self.solution("// kw: launch k").options == [])
    }

    @Test(arguments: [
        ("// kw: tune TILE", "k.cl:1: tune takes NAME=1,2,4"), ("// kw: tune =1", "tune takes"),
        ("// kw: tune 2X=1", "tune takes"), ("// kw: tune A-B=1", "tune takes"), ("// kw: tune T=1,x", "tune takes"),
        ("// kw: tune T=1,", "tune takes"), ("// kw: tune T=1,1", "tune takes"), ("// kw: tune T=04", "tune takes"),
        ("// kw: tune T=12345678", "tune takes"), ("// kw: tune T=1 U=2", "tune takes"),
        ("// kw: tune T=1\n// kw: tune T=2", "k.cl:2: T is declared twice"),
        ("// kw: tune T=4,0\n// kw: launch k grid=64/T", "k.cl:2: T may be 0, which is no size"),
        ("// kw: launch k grid=64/U", "'64/U' is not one to three positive sizes"),
        ("// kw: launch k grid=9999999999*9999999999", "is not one to three positive sizes"),
        ("// kw: launch k grid=4*", "'4*' is not one to three positive sizes"),
    ])
    func namesThePlaceOfAMistake(lines: String, message: String) {
        let error = #expect(throws: KernelwrightError.self) { try Self.solution(lines) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.code == .badInput)
    }

    @Test func manyTunablesAreRefused() {
        let lines = (0..<9).map { "// kw: tune T\($0)=1" }.joined(separator: "\n")
        let error = #expect(throws: KernelwrightError.self) { try Self.solution(lines) }
        #expect(error?.message.contains("9 tunables") == true)
    }
}

@Suite struct TunableSearchTests {
    private static let lines = "// kw: tune A=1,2,3\n// kw: tune B=10,20\n// kw: launch k\n__kernel void k() {}\n"

    private func observation() throws -> Observation {
        var observation = Observation.of(TestProgram.negate)
        let kernel = AnnotatedKernel(source: Self.lines, path: "k.cl")
        var draft = try kernel.solution(for: observation.workload, profile: observation.target)
        draft.author = "chat"
        observation.add(Proposal(.source(draft), rationale: "a draft"), .correct(8))
        return observation
    }

    /// Takes the turns that the search asks for; a turn's verdict follows from its options.
    private func searched(
        _ observation: Observation, atMost limit: Int, _ verdict: ([String]) -> Verdict
    ) -> Observation {
        var observation = observation
        while let proposal = TunableSearch(observation)?.next(observation, atMost: limit) {
            guard case .source(let solution) = proposal.content else { break }
            observation.add(proposal, verdict(solution.options))
        }
        return observation
    }

    private func options(_ observation: Observation) -> [[String]] {
        observation.history.compactMap { turn in
            if case .source(let solution) = turn.proposal.content { solution.options } else { nil }
        }
    }

    @Test func oneTunableAtATimeBesideTheFastestSoFar() throws {
        let end = searched(try observation(), atMost: 8) { options in
            options.contains("-DA=2") ? .correct(options.contains("-DB=20") ? 3 : 4) : .correct(9)
        }
        #expect(
            options(end) == [["-DA=1", "-DB=10"], ["-DA=2", "-DB=10"], ["-DA=3", "-DB=10"], ["-DA=2", "-DB=20"]])
        #expect(end.best?.index == 3)
        #expect(end.history[1].proposal.rationale == "turn 0 with A=2, B=10")
        guard case .source(let tuned) = end.history[3].proposal.content else { return #expect(Bool(false)) }
        #expect(tuned.author == "chat")
        #expect(end.history[3].proposal.consultation == nil)
    }

    @Test func wrongValuesAreTurnsThatFailed() throws {
        let end = searched(try observation(), atMost: 8) { $0.contains("-DA=1") ? .correct(7) : .wrong }
        #expect(options(end).last == ["-DA=1", "-DB=20"])
        #expect(end.history.map(\.verdict.isCorrect) == [true, false, false, true])
    }

    @Test func theNumberOfTurnsIsBounded() throws {
        #expect(searched(try observation(), atMost: 1) { _ in .correct(1) }.history.count == 2)
        #expect(searched(try observation(), atMost: 0) { _ in .correct(1) }.history.count == 1)
    }

    /// Trajectories of a beam that go on from the same turns; who finds nothing left asks the author.
    @Test func twinsTakeDifferentValues() throws {
        var seen = try observation()
        let chosen = (0..<5).map { twins -> [String]? in
            seen.twins = twins
            guard case .source(let solution)? = TunableSearch(seen)?.next(seen, atMost: 8)?.content else { return nil }
            return solution.options
        }
        #expect(chosen == [["-DA=2", "-DB=10"], ["-DA=3", "-DB=10"], ["-DA=1", "-DB=20"], nil, nil])
    }

    @Test func onlyACorrectDraftIsTuned() throws {
        var wrong = try observation()
        wrong.history = []
        let kernel = AnnotatedKernel(source: Self.lines, path: "k.cl")
        let draft = try kernel.solution(for: wrong.workload, profile: wrong.target)
        wrong.add(Proposal(.source(draft), rationale: "a draft"), .wrong)
        #expect(TunableSearch(wrong) == nil)
        var plain = wrong
        plain.history = []
        plain.add(Proposal(.schedule([]), rationale: "loops"), .correct(1))
        #expect(TunableSearch(plain) == nil)
        #expect(TunableSearch(Observation.of(TestProgram.negate)) == nil)
    }

    @Test func equalObservationsGetEqualProposals() throws {
        let seen = try observation()
        let next = TunableSearch(seen)?.next(seen, atMost: 8)
        #expect(next != nil && next == TunableSearch(seen)?.next(seen, atMost: 8))
    }
}

/// A program that plays no part.
private enum TestProgram {
    static let negate = TensorProgram(
        name: "negate", buffers: [Buffer("x", shape: [2], role: .input), Buffer("y", shape: [2], role: .output)],
        stages: [.map("negate", [Axis("i", 2)], [.unary(.negate, .load("x", [.axis("i")]))], into: ["y"])])
}
