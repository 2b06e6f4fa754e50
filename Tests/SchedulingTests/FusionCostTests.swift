import KernelIR
import Testing

@testable import Scheduling

/// Which maps are computed where they are read: what the estimate comes to, and what follows from it.
///
/// Two cores of 16 lanes do 160·10⁹ operations on elements a second and move 50·10⁹ bytes of memory, each in the time
/// of 3.2 operations; caches are four times as fast.
@Suite struct FusionCostTests {
    private let target = TargetProfile.genericAVX512
    private let inlining = Action.inline(Inline(stage: "function"))
    private let launch = 1.5e-6
    private let rate = 160e9

    private func cost(_ program: TensorProgram, _ target: TargetProfile = .genericAVX512) -> FusionCost {
        FusionCost(ScheduleState(program, target: target))
    }

    private func saving(_ program: TensorProgram) throws -> Double {
        let state = ScheduleState(program, target: target)
        return FusionCost(state).saving(of: try #require(state.program.stage("function")))
    }

    /// Whether the macros compute the map where it is read.
    private func inlines(
        _ program: TensorProgram, _ fusion: Fusion = .estimated, _ target: TargetProfile = .genericAVX512
    ) throws -> Bool {
        try ProgramCPU(fusion: fusion).schedule(program, target: target).contains(inlining)
    }

    private func tanhOfExp(_ w: Expr) -> Expr { .unary(.tanh, .unary(.exp, w)) }

    /// A convolution's results behind a norm, as in level 2 of KernelBench.
    private var image: TensorProgram { FusionPrograms.logSumExp(64, 64, 126 * 126, FusionPrograms.residual) }

    @Test func valuesAreCountedOnceAndOutsideOfOtherLoops() {
        var count = OperationCount([Axis("i", 10), Axis("j", 7)])
        let (a, b) = (Expr.load("a", [.axis("i")]), Expr.load("b", [.axis("i"), .axis("j")]))
        let root = Expr.unary(.sqrt, a)
        count.add(b * root + root)
        // The root of each a, a product and a sum for each b.
        #expect(count.total == 8 * 10 + 2 * 70)
        count.add(b * root)
        #expect(count.total == 8 * 10 + 2 * 70)
        count.add(.float(1) + .float(2))
        #expect(count.total == 8 * 10 + 2 * 70 + 1)
    }

    /// A join would be written out in each of its readers, as often as their loops are.
    @Test(arguments: [(8, 2, true), (9, 2, false), (9, 1, true)])
    func joinsOfManyBuffersAreWrittenOnce(_ operands: Int, _ readers: Int, _ isInlined: Bool) throws {
        let program = FusionPrograms.joined(operands, extent: 5, readers: readers)
        let schedule = try ProgramCPU(fusion: .everything).schedule(program, target: target)
        #expect(schedule.contains(.inline(Inline(stage: "join"))) == isInlined)
        try expectEquivalent(ScheduleState(program, target: target).applying(schedule), to: program)
    }

    /// What grows is copied at each step: else its readers would choose from all the steps before.
    @Test(arguments: [(true, false), (false, true)])
    func joinsThatAreJoinedAgainAreWrittenOnce(_ again: Bool, _ isInlined: Bool) throws {
        let program = FusionPrograms.growing(extent: 40, again: again)
        let schedule = try ProgramCPU(fusion: .everything).schedule(program, target: target)
        #expect(schedule.contains(.inline(Inline(stage: "join"))) == isInlined)
        try expectEquivalent(ScheduleState(program, target: target).applying(schedule), to: program)
    }

    @Test func theInnermostLoopDecidesHowOftenAPlaceIsComputed() {
        let turns = LoopTurns([Axis("n", 2), Axis("c", 3), Axis("p", 5)])
        #expect(turns.counts == [1, 2, 6, 30])
        #expect(turns.depth(of: []) == 0)
        #expect(turns.depth(of: [.axis("c")]) == 2)
        #expect(turns.depth(of: [.axis("p")]) == 3)
    }

    /// For each of N elements, with N/64 results. Inlined: 42 and 1 for the maximum; 42, 18 and 32/64 for the sum.
    /// Stored: 42 for the map; 4 bytes and 1/64 of a cached float for the maximum; 18 and 32/64 for the sum, whose
    /// operand is in caches.
    @Test func dearMapsThatTwoReductionsReadAreStored() throws {
        let elements = 64.0 * 64 * 126 * 126
        let inlined = 103.5 * elements / rate + 2 * launch
        let stored = (42 + 3.2 * (4 + 1.0 / 64) + 18.5) * elements / rate + 3 * launch
        #expect(abs(try saving(image) - inlined / stored) < 1e-9)
        #expect(inlined / stored > 1.4)
        #expect(try !inlines(image))
        #expect(try inlines(image, .everything))
    }

    /// Inlined, the maximum waits for memory and the sum takes 20.5; stored, the map alone takes 8 bytes.
    @Test func cheapMapsAreComputedAgain() throws {
        let program = FusionPrograms.logSumExp(64, 64, 126 * 126, FusionPrograms.relu)
        #expect(try saving(program) < 0.7)
        #expect(try inlines(program))
        #expect(!Fusion.matters(to: program, target: target))
    }

    /// Inlined, 45 operations for each of N elements; stored, 44 for each of C columns, then 8 bytes for each element
    /// and a cached float for each column.
    @Test func whatEveryRowWouldComputeAgainIsStored() throws {
        let program = FusionPrograms.spread(512, 4096, along: "c", tanhOfExp)
        let (elements, columns) = (512.0 * 4096, 4096.0)
        let inlined = 45 * elements / rate + launch
        let stored = (44 * columns + 3.2 * (8 * elements + columns)) / rate + 2 * launch
        #expect(abs(try saving(program) - inlined / stored) < 1e-9)
        #expect(try !inlines(program))
        // A tanh alone hides behind the bytes.
        #expect(try inlines(FusionPrograms.spread(512, 4096, along: "c") { .unary(.tanh, $0) }))
    }

    /// The loop over a row's elements lies inside of what depends on the row alone.
    @Test func whatARowComputesOnceIsInlined() throws {
        let program = FusionPrograms.spread(4096, 512, along: "r", tanhOfExp)
        let state = ScheduleState(program, target: target)
        #expect(!FusionCost(state).repeats(try #require(state.program.stage("function"))))
        #expect(try inlines(program))
    }

    /// Also the dearest one.
    @Test func mapsOfOneReaderAreInlined() throws {
        var program = FusionPrograms.diamond(1 << 24, height: 9)
        program.stages[2].body = [.load("e", [.axis("i")]) + .float(1)]
        #expect(!cost(program).keeps("function"))
        #expect(try inlines(program))
    }

    /// Two maps read it, but in the end they are one that computes it once.
    @Test func readersThatBecomeOneCountAsOne() throws {
        let program = FusionPrograms.diamond(1 << 24, height: 4)
        #expect(cost(program).keeps("function"))
        #expect(try inlines(program))
        #expect(!Fusion.matters(to: program, target: target))
    }

    /// A launch more costs more than is saved.
    @Test func smallMapsAreInlined() throws {
        #expect(try inlines(FusionPrograms.logSumExp(2, 8, 64, FusionPrograms.residual)))
    }

    /// Arithmetic is cheap beside the memory of a GPU.
    @Test func gpusComputeAgain() {
        #expect(!cost(image, .sm90).keeps("function"))
        #expect(!cost(image, .sm75).keeps("function"))
    }

    @Test func bothWaysComputeTheSame() throws {
        var slow = target
        (slow.cores, slow.vectorWidths) = (1, [4, 8])
        let program = FusionPrograms.logSumExp(2, 8, 512, FusionPrograms.residual)
        #expect(try !inlines(program, .estimated, slow))
        for fusion in Fusion.allCases {
            let schedule = try ProgramCPU(fusion: fusion).schedule(program, target: slow)
            try expectEquivalent(try ScheduleState(program, target: slow).applying(schedule), to: program)
        }
    }

    @Test func equalProgramsGetEqualSchedules() throws {
        let first = try ProgramCPU().schedule(image, target: target)
        for _ in 0..<3 {
            #expect(try ProgramCPU().schedule(image, target: target) == first)
            #expect(try saving(image) == saving(image))
        }
        #expect(Fusion.matters(to: image, target: target))
    }
}
