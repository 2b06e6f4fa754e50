import KernelIR
import Testing

@testable import Rendering

/// Combinations across work-items, written out for languages that have only shared memory and barriers.
@Suite struct CrossItemTests {
    private func combination(
        _ monoid: Monoid, _ places: [CrossItemReduction.Place], _ count: Int, _ stride: Int,
        _ method: CrossItemReduction.Method, isShared: Bool
    ) -> Statement {
        .combine(
            CrossItemReduction(
                monoid, places, count: count, stride: stride, method: method, isShared: isShared))
    }

    /// Sums and greatest elements with their places, once and then three times in a loop.
    private func program(
        _ local: [Axis], _ count: Int, _ stride: Int, _ method: CrossItemReduction.Method, isShared: Bool
    ) -> LoopProgram {
        let ranges = Ranges(local)
        let size = local.reduce(1) { $0 * $1.extent }
        let number = local.reduce(Index(0)) { $0 * $1.extent + Index.axis($1.name) }
        let position = number.divided(by: stride, ranges).remainder(by: count, ranges)
        func storing(_ output: String, _ value: Expr) -> Statement {
            isShared
                ? .set(output, [number], value)
                : .when([Bound(position, below: 1)], then: [.set(output, [number], value)], otherwise: [])
        }
        let x = Expr.load("x", [number])
        let body: [Statement] = [
            .set("y", [number], .float(0)), .set("z", [number], .float(0)), .register("acc", []),
            .register("value", []), .register("place", [], .int32), .set("acc", [], x),
            combination(.sum(), [.init("acc", [])], count, stride, method, isShared: isShared),
            storing("y", .load("acc", [])),
            .serial(
                "k", 3,
                [
                    .set("value", [], x * .cast(.float32, .index(.axis("k"), .int32))),
                    .set("place", [], .index(number, .int32)),
                    combination(
                        .argmax(), [.init("value", []), .init("place", [])], count, stride, method, isShared: isShared),
                    storing("z", .load("value", []) + .cast(.float32, .load("place", []))),
                ]),
        ]
        let outputs = ["y", "z"].map { Buffer($0, shape: [size], role: .output) }
        return LoopProgram(
            name: "combinations", buffers: [Buffer("x", shape: [size], role: .input)] + outputs,
            kernels: [Kernel(name: "f", grid: [], local: local, body: body)])
    }

    /// What is written out computes the same, without a race or a barrier that some miss.
    private func expectSame(_ program: LoopProgram, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try program.verify()
        var written = program
        written.kernels = try program.kernels.map { try CrossItems.written($0, hasShuffles: true) }
        try written.verify()
        let x = (0..<program.buffers[0].count).map { Double(($0 * 37) % 101) - 50 }
        let expected = try LoopProgramInterpreter.run(program, inputs: ["x": x])
        #expect(try LoopProgramInterpreter.run(written, inputs: ["x": x]) == expected, sourceLocation: sourceLocation)
    }

    @Test(arguments: [([8], 8, 1), ([6], 6, 1), ([1], 1, 1), ([5, 8], 5, 8), ([4, 7, 3], 7, 3), ([3, 12], 12, 1)])
    func trees(_ local: [Int], _ count: Int, _ stride: Int) throws {
        let axes = local.enumerated().map { Axis("l\($0.offset)", $0.element) }
        for isShared in [true, false] {
            try expectSame(program(axes, count, stride, .tree, isShared: isShared))
        }
    }

    /// Rows that are no axes of their own.
    @Test func rowsWithinAnAxis() throws {
        for isShared in [true, false] {
            try expectSame(program([Axis("l", 64)], 8, 2, .tree, isShared: isShared))
            try expectSame(program([Axis("l", 192)], 96, 1, .shuffle, isShared: isShared))
        }
    }

    @Test(arguments: [([32], 32), ([4, 16], 16), ([256], 256), ([2, 96], 96), ([3, 160], 160), ([1024], 1024)])
    func shuffles(_ local: [Int], _ count: Int) throws {
        let axes = local.enumerated().map { Axis("l\($0.offset)", $0.element) }
        for isShared in [true, false] {
            try expectSame(program(axes, count, 1, .shuffle, isShared: isShared))
        }
    }

    /// Only combinations within warps are left to the printer, and nothing of trees.
    @Test func whatIsLeft() throws {
        func counts(_ kernel: Kernel) -> [Int] {
            kernel.body.flattened.compactMap { if case .combine(let reduction) = $0 { reduction.count } else { nil } }
        }
        let tree = program([Axis("l", 96)], 96, 1, .tree, isShared: true).kernels[0]
        #expect(try counts(CrossItems.written(tree, hasShuffles: false)).isEmpty)
        let shuffle = program([Axis("l", 96)], 96, 1, .shuffle, isShared: true).kernels[0]
        #expect(try counts(CrossItems.written(shuffle, hasShuffles: true)).allSatisfy { $0 == 32 })
    }

    private func sum(_ method: CrossItemReduction.Method, items: Int = 6) -> LoopProgram {
        let t = Index.axis("t")
        let kernel = Kernel(
            name: "f", grid: [], local: [Axis("t", items)],
            body: [
                .register("acc", []), .set("acc", [], .load("x", [t])),
                combination(.sum(), [.init("acc", [])], items, 1, method, isShared: true),
                .set("y", [t], .load("acc", [])),
            ])
        return LoopProgram(name: "test", buffers: [Printed.x, Printed.y], kernels: [kernel])
    }

    @Test func treesInOpenCL() throws {
        let source = try Renderer.openCL(.genericAVX512).source(sum(.tree))
        #expect(
            source.contains(
                """
                    __local float kw_combine0[6] __attribute__((aligned(64)));
                    float acc;
                    acc = x[t];
                    kw_combine0[t] = acc;
                    barrier(CLK_LOCAL_MEM_FENCE);
                    if (t < 2) {
                        kw_combine0[t] = kw_combine0[t] + kw_combine0[t + 4];
                    }
                    barrier(CLK_LOCAL_MEM_FENCE);
                    if (t < 2) {
                        kw_combine0[t] = kw_combine0[t] + kw_combine0[t + 2];
                    }
                    barrier(CLK_LOCAL_MEM_FENCE);
                    if (t < 1) {
                        kw_combine0[t] = kw_combine0[t] + kw_combine0[t + 1];
                    }
                    barrier(CLK_LOCAL_MEM_FENCE);
                    acc = kw_combine0[0];
                    y[t] = acc;
                """), "\(source)")
    }

    @Test func openCLHasNoShuffles() {
        let error = #expect(throws: KernelwrightError.self) {
            try Renderer.openCL(.genericAVX512).source(sum(.shuffle, items: 32))
        }
        #expect(error?.code == .badInput)
        #expect(error?.message == "kernel f combines work-items by shuffles, which the language does not have")
        #expect(error?.hint == "crossThread with the method tree")
    }

    /// Kernels that differ in names alone are one function, with what they combine.
    @Test func kernelsAreShared() throws {
        var program = sum(.tree)
        program.buffers += [Buffer("z", shape: [64], role: .output)]
        program.kernels.append(
            Kernel(
                name: "g", grid: [], local: [Axis("u", 6)],
                body: [
                    .register("total", []), .set("total", [], .load("x", [.axis("u")])),
                    combination(.sum(), [.init("total", [])], 6, 1, .tree, isShared: true),
                    .set("z", [.axis("u")], .load("total", [])),
                ]))
        let source = try Renderer.openCL(.genericAVX512).source(program)
        #expect(source.ranges(of: "__kernel").count == 1)
    }
}
