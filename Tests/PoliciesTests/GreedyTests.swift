import Evaluation
import KernelIR
import Scheduling
import Testing

@testable import Policies

/// The default author reads the bottleneck and goes on from the fastest.
@Suite struct GreedyTests {
    private let policy = GreedyPolicy()

    /// The levers that lead from one choice of parameters to another.
    private func levers(from base: ProgramCPU, to changed: ProgramCPU, _ space: SketchSpace) -> [Lever] {
        space.levers.filter { lever in lever.alternatives(base).contains { $0.parameters == changed } }
    }

    @Test func theMacrosOwnChoiceComesFirst() async throws {
        for program in PolicyPrograms.all {
            let first = try #require(try await policy.propose(.of(program)))
            #expect(first.parameters == ProgramCPU())
        }
    }

    @Test(arguments: Profile.Bottleneck.allCases, PolicyPrograms.all)
    func theNextChangeNamesTheBottleneck(_ bottleneck: Profile.Bottleneck, _ program: TensorProgram) async throws {
        var observation = Observation.of(program)
        let first = try #require(try await policy.propose(observation))
        observation.add(first, .correct(1, bottleneck))
        let second = try #require(try await policy.propose(observation))
        let space = SketchSpace(program, target: .genericAVX512)
        let (base, changed) = (try #require(first.parameters), try #require(second.parameters))
        #expect(!levers(from: base, to: changed, space).isEmpty)
        #expect(second.rationale.contains("bound by \(bottleneck.rawValue)"))
    }

    @Test(arguments: Profile.Bottleneck.allCases)
    func leversThatHelpStandBeforeTheOthers(_ bottleneck: Profile.Bottleneck) {
        let space = SketchSpace(PolicyPrograms.product(12, 96, 40), target: .genericAVX512)
        let neighbours = space.neighbours(of: ProgramCPU(), bottleneck: bottleneck).prefix(space.levers.count)
        let helpful = neighbours.map { neighbour in
            levers(from: ProgramCPU(), to: neighbour.parameters, space).contains { $0.helps.contains(bottleneck) }
        }
        #expect(helpful.contains(true))
        #expect(helpful.drop { $0 }.allSatisfy { !$0 })
    }

    /// A network of hundreds of stages is planned a few times a proposal, not once for every choice of every lever.
    @Test func largeProgramsHaveFewCandidatesAtATime() {
        let small = PolicyPrograms.product(12, 96, 40)
        var large = small
        large.stages = (0..<500).map { number in
            var stage = small.stages[0]
            stage.name = "product\(number)"
            return stage
        }
        #expect(SketchSpace(small, target: .genericAVX512).breadth == 4096)
        #expect(SketchSpace(large, target: .genericAVX512).breadth == 8)
        let space = SketchSpace(small, target: .genericAVX512)
        let observation = Observation.of(small)
        let all = space.variations(of: ProgramCPU(), bottleneck: nil, "why", observation)
        #expect(all.count > 8 && all.count < 4096)
    }

    @Test func theFastestCorrectTurnIsVariedNext() async throws {
        let program = PolicyPrograms.product(12, 96, 40)
        let space = SketchSpace(program, target: .genericAVX512)
        var observation = Observation.of(program)
        var made: [Proposal] = []
        for verdict in [Verdict.correct(3), .correct(1), .wrong, .correct(2)] {
            let proposal = try #require(try await policy.propose(observation))
            observation.add(proposal, verdict)
            made.append(proposal)
        }
        let fastest = try #require(made[1].parameters)
        let next = try #require(try await policy.propose(observation)?.parameters)
        #expect(!levers(from: fastest, to: next, space).isEmpty)
    }

    @Test func earlierOfEqualTurnsIsKept() async throws {
        let program = PolicyPrograms.product(12, 96, 40)
        let space = SketchSpace(program, target: .genericAVX512)
        var observation = Observation.of(program)
        for _ in 0..<4 {
            observation.add(try #require(try await policy.propose(observation)), .correct(1))
        }
        let next = try #require(try await policy.propose(observation)?.parameters)
        #expect(!levers(from: ProgramCPU(), to: next, space).isEmpty)
    }

    @Test func anotherStartIsTriedWhenNothingIsCorrect() async throws {
        var observation = Observation.of(PolicyPrograms.product(12, 96, 40))
        let first = try #require(try await policy.propose(observation))
        observation.add(first, .wrong)
        let second = try #require(try await policy.propose(observation))
        #expect(second.content != first.content)
        #expect(second.rationale.contains("nothing was correct yet"))
    }

    @Test func precedentsComeAfterTheMacrosOwnChoice() async throws {
        var observation = Observation.of(PolicyPrograms.product(12, 96, 40))
        var other = ProgramCPU()
        other.gemm.tile = RegisterTile(rows: 8, vectors: 2)
        observation.precedents = [ProgramCPU(), other].map {
            Precedent(workload: "w", workloadHash: "h", distance: 1.5, certificate: "c", parameters: $0)
        }
        let batch = try await policy.propose(observation, atMost: 3)
        #expect(batch.prefix(2).map(\.parameters) == [ProgramCPU(), other])
        #expect(batch[1].rationale.contains("certified for w"))
        observation.add(batch[0], .correct(2))
        #expect(try await policy.propose(observation)?.parameters == other)
    }

    @Test func aBatchBeginsWithWhatOneProposalIs() async throws {
        var observation = Observation.of(PolicyPrograms.softmax(3, 300))
        for turn in 0..<6 {
            let one = try #require(try await policy.propose(observation))
            let batch = try await policy.propose(observation, atMost: 4)
            #expect(batch.first == one)
            #expect(Set(batch.map(\.content)).count == batch.count)
            observation.add(one, .correct(Double(6 - turn)))
        }
    }

    @Test func severalChangesAreDrawnWhenEveryOneWasTried() async throws {
        var observation = Observation.of(PolicyPrograms.product(12, 96, 40))
        var rationales: Set<String> = []
        // Nothing is faster than the first, so its changes run out.
        for turn in 0..<60 {
            guard let proposal = try await policy.propose(observation) else { break }
            rationales.insert(proposal.rationale)
            observation.add(proposal, .correct(turn == 0 ? 1 : 2))
        }
        #expect(rationales.contains { $0.contains("drawn at random") })
        #expect(Set(observation.history.map(\.proposal.content)).count == observation.history.count)
    }
}

/// Storage in 16 bits is proposed where the precision allows it, and only there.
@Suite struct PrecisionProposalTests {
    private func narrowed(_ precision: DType?, turns: Int = 12) async throws -> [DType] {
        var observation = Observation.of(PolicyPrograms.product(460, 192, 200))
        observation.precision = precision
        var types: [DType] = []
        for _ in 0..<turns {
            guard let proposal = try await GreedyPolicy().propose(observation) else { break }
            if case .schedule(let schedule) = proposal.content {
                types += schedule.compactMap { if case .narrow(let action) = $0 { action.type } else { nil } }
            }
            observation.add(proposal, .correct(1))
        }
        return types
    }

    @Test func onlyWhereItIsAllowed() async throws {
        #expect(try await narrowed(nil).isEmpty)
        #expect(Set(try await narrowed(.float16)) == [.float16])
        #expect(Set(try await narrowed(.bfloat16)) == [.bfloat16])
    }

    @Test func theFirstTurnIsTheDeclaredOne() async throws {
        #expect(try await narrowed(.float16, turns: 1).isEmpty)
    }
}
