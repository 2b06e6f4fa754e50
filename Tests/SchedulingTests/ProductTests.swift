import KernelIR
import Testing

@testable import Scheduling

/// The macros on programs in which products and other stages feed each other.
@Suite struct ProductTests {
    private func state(_ program: TensorProgram, _ macro: ProgramCPU = ProgramCPU()) throws -> ScheduleState {
        try scheduled(program, try macro.schedule(program, target: .genericAVX512))
    }

    @Test(arguments: [(12, 32, 16), (7, 20, 19), (3, 5, 33)])
    func attention(_ queries: Int, _ keys: Int, _ width: Int) throws {
        let program = ProductPrograms.attention(queries, keys, width)
        try expectEquivalent(try state(program), to: program)
    }

    /// Keys are read at neither of the buffer's dimensions alone, and the queries in the same buffer.
    @Test(arguments: [(20, 2, 8), (33, 3, 5)]) func heads(_ tokens: Int, _ count: Int, _ width: Int) throws {
        let program = ProductPrograms.heads(tokens, count, width)
        let state = try state(program)
        try expectEquivalent(state, to: program)
        let panels = try #require(state.program.buffer("pack.qk"))
        #expect(
            panels.shape.reduce(1, *) <= 2 * tokens * count * width, "the queries are no part of it: \(panels.shape)")
    }

    /// Exponentials inlined into the second product would be computed for each of its columns.
    @Test func mapsThatWouldCostAProductItsShapeStay() throws {
        let separate = ProgramCPU(attention: AttentionCPU(queries: 0))
        let state = try state(ProductPrograms.attention(12, 32, 16), separate)
        let product = try state.stage("product")
        guard case .contraction = state.classify(product) else {
            Issue.record("\(product.body) is no product")
            return
        }
        let weights = try #require(state.nests["sum"]?.attachment)
        #expect(weights.consumer == "weights", "the softmax is one kernel")
    }

    @Test(arguments: [(3, 64), (40, 32), (2, 7), (5, 48)]) func hinge(_ rows: Int, _ n: Int) throws {
        let program = ProductPrograms.hinge(rows, n)
        try expectEquivalent(try state(program, ProgramCPU(reduction: ReductionCPU(block: 64))), to: program)
    }

    @Test func lanesStayInsideADimension() throws {
        let state = try state(ProductPrograms.hinge(1024, 96))
        for name in state.program.stages.map(\.name) {
            guard let nest = state.nests[name], let lane = nest.loops.last, lane.kind == .lanes else { continue }
            #expect(state.stridedAccess(of: try state.stage(name), nest, along: lane.name) == nil, "\(name)")
        }
        let lanes = state.nests.values.filter { $0.loops.last?.kind == .lanes }
        #expect(!lanes.isEmpty)
    }
}

/// Sums over the channels of a group and all their places, with a factor for each channel, as in group norm.
@Suite struct GroupSumTests {
    private func program(_ groups: Int, _ channels: Int, _ rows: Int, _ columns: Int) -> TensorProgram {
        let places = rows * columns
        let ranges = Ranges([Axis("r", channels * places)])
        let r = Index.axis("r")
        let channel = Index.axis("g") * channels + r.divided(by: places, ranges)
        let x = Expr.load(
            "x",
            [channel, r.divided(by: columns, ranges).remainder(by: rows, ranges), r.remainder(by: columns, ranges)])
        return TensorProgram(
            name: "groups",
            buffers: [
                Buffer("x", shape: [groups * channels, rows, columns], role: .input),
                Buffer("f", shape: [groups * channels], role: .parameter), Buffer("y", shape: [groups], role: .output),
            ],
            stages: [
                .reduce(
                    "sum", [Axis("g", groups)], .sum(), over: [Axis("r", channels * places)],
                    [x * .load("f", [channel])], finish: [.state(0)], into: ["y"])
            ])
    }

    /// Rows of odd length, and periods that no vector divides.
    @Test(arguments: [(2, 3, 9, 15), (3, 4, 5, 31), (2, 2, 8, 16), (1, 5, 11, 13)])
    func sumsAreRight(_ groups: Int, _ channels: Int, _ rows: Int, _ columns: Int) throws {
        let program = program(groups, channels, rows, columns)
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        try expectEquivalent(try scheduled(program, schedule), to: program)
    }
}
