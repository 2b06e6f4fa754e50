import KernelIR
import Scheduling
import Testing

@testable import Rendering

/// Matrix products of a warp: fragments in registers, packed as memory allows, and inline PTX.
@Suite struct CUDAMatrixTests {
    private let lane = [Axis("lane", 32)]

    private func buffers(_ a: [Int], _ b: [Int], _ type: DType) -> [Buffer] {
        [
            Buffer("a", type, shape: a, role: .input), Buffer("b", type, shape: b, role: .input),
            Buffer("y", shape: [16, 8], role: .output),
        ]
    }

    /// `acc += Σ a[m, k]·b[k, n]`, with other operands where they are given.
    private func product(
        _ format: MatrixFormat, of sum: DType = .float32, at place: [Index] = [], a: Load? = nil, b: Load? = nil
    ) -> Statement {
        .matrix(
            MatrixMultiply(
                format, into: "acc", of: sum, at: place, lane: .axis("lane"), row: "m", column: "n", inner: "k",
                left: a ?? Load("a", [.axis("m"), .axis("k")]), right: b ?? Load("b", [.axis("k"), .axis("n")])))
    }

    private var store: Statement {
        let place = MatrixFormat.result(
            lane: .axis("lane"), half: .axis("h"), pair: .axis("p"), Ranges([Axis("lane", 32)]))
        let sum = Expr.load("acc", [.axis("h"), .axis("p")])
        return .unrolled("h", 2, [.lanes("p", 2, [.set("y", [place.row, place.column], sum)])])
    }

    @Test func pairsInMemory() throws {
        let expected = """
            float acc_0_0, acc_0_1, acc_1_0, acc_1_1;
            const unsigned int a_0 = *reinterpret_cast<const unsigned int *>(a + lane % 4 * 2 + lane / 4 * 16);
            const unsigned int a_1 = *reinterpret_cast<const unsigned int *>(a + lane % 4 * 2 + lane / 4 * 16 + 128);
            const unsigned int a_2 = *reinterpret_cast<const unsigned int *>(a + lane % 4 * 2 + lane / 4 * 16 + 8);
            const unsigned int a_3 = *reinterpret_cast<const unsigned int *>(a + lane % 4 * 2 + lane / 4 * 16 + 136);
            const unsigned int b_0 = kw_pair(b[lane % 4 * 16 + lane / 4], b[lane % 4 * 16 + lane / 4 + 8]);
            const unsigned int b_1 = kw_pair(b[lane % 4 * 16 + lane / 4 + 64], b[lane % 4 * 16 + lane / 4 + 72]);
            kw_multiply_float16(acc_0_0, acc_0_1, acc_1_0, acc_1_1, a_0, a_1, a_2, a_3, b_0, b_1);
            *reinterpret_cast<float2 *>(y + lane * 2) = make_float2(acc_0_0, acc_0_1);
            *reinterpret_cast<float2 *>(y + lane * 2 + 64) = make_float2(acc_1_0, acc_1_1);
            """
        let body = try CUDAPrinted.body(
            [.register("acc", [2, 2]), product(.float16), store], local: lane,
            buffers: buffers([16, 16], [16, 8], .float16))
        #expect(body == expected)
    }

    @Test(arguments: [
        (MatrixFormat.float16, "m16n8k16.row.col.f32.f16.f16.f32"), (.bfloat16, "m16n8k16.row.col.f32.bf16.bf16.f32"),
        (.tf32, "m16n8k8.row.col.f32.tf32.tf32.f32"),
    ])
    func instructions(_ format: MatrixFormat, _ shape: String) throws {
        let source = try CUDAPrinted.source(
            [.register("acc", [2, 2]), product(format), store], local: lane,
            buffers: buffers([16, format.depth], [format.depth, 8], format.storage))
        let instruction =
            "mma.sync.aligned.\(shape) {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        #expect(source.contains(instruction))
        #expect(source.ranges(of: "asm volatile(").count == 1)
        #expect(source.contains("kw_multiply_\(format.rawValue)(acc_0_0, acc_0_1, acc_1_0, acc_1_1, a_0, a_1,"))
        #expect(!source.contains("#include") && !source.contains("kw_float16("))
    }

    /// Float32 elements are rounded where they are loaded.
    @Test func roundedOperands() throws {
        func line(_ format: MatrixFormat, _ name: String) throws -> String {
            let body = try CUDAPrinted.body(
                [.register("acc", [2, 2]), product(format), store], local: lane,
                buffers: buffers([16, format.depth], [format.depth, 8], .float32))
            return body.split(separator: "\n").first { $0.contains("unsigned int \(name) =") }.map(String.init) ?? ""
        }
        #expect(
            try line(.tf32, "a_0") == "const unsigned int a_0 = kw_tf32_operand(a[lane % 4 + lane / 4 * 8]);")
        #expect(
            try line(.tf32, "b_1") == "const unsigned int b_1 = kw_tf32_operand(b[lane % 4 * 8 + lane / 4 + 32]);")
        #expect(try line(.float16, "a_0").hasPrefix("const unsigned int a_0 = kw_float16_operand(a[lane % 4 * 2"))
        #expect(try line(.bfloat16, "b_0").contains("kw_bfloat16_operand(b["))
    }

    /// Edges are 0; an odd row length keeps pairs apart.
    @Test func bounds() throws {
        let row = Index.axis("g") * 16 + .axis("m")
        func body(_ columns: Int) throws -> String {
            let step = Index.axis("k")
            let a = Load("a", [row, step], bounds: [Bound(row, below: 20), Bound(step, below: columns)])
            let lines = try CUDAPrinted.body(
                [.register("acc", [2, 2]), product(.float16, a: a)], grid: [Axis("g", 2)], local: lane,
                buffers: buffers([20, columns], [16, 8], .float16))
            return lines.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        }
        let even = try body(12)
        #expect(even.contains("unsigned int a_1 = g * 16 + lane / 4 + 8 < 20 ? *reinterpret_cast<const unsigned"))
        #expect(even.contains("unsigned int a_2 = g * 16 + lane / 4 < 20 && lane % 4 * 2 + 8 < 12 ? *reinterpret"))
        #expect(even.contains(": 0u;"))
        let odd = try body(13)
        #expect(odd.contains("unsigned int a_0 = kw_pair(g * 16 + lane / 4 < 20 ? a[g * 208 + lane % 4 * 2 +"))
        #expect(odd.contains("g * 16 + lane / 4 < 20 && lane % 4 * 2 + 9 < 13 ? a["))
    }

    /// A row's tiles share the operand of the row, a column's that of the column.
    @Test func fragmentsAreShared() throws {
        let a = Load("a", [Index.axis("i") * 16 + .axis("m"), .axis("k")])
        let tiles = Statement.unrolled("i", 2, [product(.float16, at: [.axis("i")], a: a)])
        let body = try CUDAPrinted.body(
            [.register("acc", [2, 2, 2]), tiles], local: lane, buffers: buffers([32, 16], [16, 8], .float16))
        #expect(body.contains("(acc_0_0_0, acc_0_0_1, acc_0_1_0, acc_0_1_1, a_0, a_1, a_2, a_3, b_0, b_1);"))
        #expect(body.contains("(acc_1_0_0, acc_1_0_1, acc_1_1_0, acc_1_1_1, a_4, a_5, a_6, a_7, b_0, b_1);"))
        #expect(body.ranges(of: "const unsigned int a_").count == 8)
        #expect(body.ranges(of: "const unsigned int b_").count == 2)
    }

    /// Sums of halves are rounded by the instruction; what it calls stands above it.
    @Test func sumsOfHalves() throws {
        let source = try CUDAPrinted.source(
            [.register("acc", [2, 2], .float16), product(.float16, of: .float16)], local: lane,
            buffers: buffers([16, 16], [16, 8], .float16))
        #expect(source.contains("row.col.f16.f16.f16.f16 {%0, %1}, {%2, %3, %4, %5}, {%6, %7}, {%0, %1};"))
        let names = ["unsigned int kw_float16_operand(", "float kw_float16(", "void kw_multiply_float16_in_float16("]
        let places = names.compactMap { source.firstRange(of: $0)?.lowerBound }
        #expect(places.count == 3 && places[0] < places[2] && places[1] < places[2])
        #expect(!source.contains("void kw_multiply_float16("))
    }

    @Test func kernelsOfOneFormAreOneFunction() throws {
        func kernel(_ name: String, _ a: String, _ y: String) -> Kernel {
            let place = MatrixFormat.result(
                lane: .axis("lane"), half: .axis("h"), pair: .axis("p"), Ranges([Axis("lane", 32)]))
            let sum = Expr.load("acc", [.axis("h"), .axis("p")])
            return Kernel(
                name: name, grid: [], local: lane,
                body: [
                    .register("acc", [2, 2]), product(.float16, a: Load(a, [.axis("m"), .axis("k")])),
                    .unrolled("h", 2, [.unrolled("p", 2, [.set(y, [place.row, place.column], sum)])]),
                ])
        }
        let program = LoopProgram(
            name: "test",
            buffers: buffers([16, 16], [16, 8], .float16) + [
                Buffer("c", .float16, shape: [16, 16], role: .input), Buffer("z", shape: [16, 8], role: .output),
            ],
            kernels: [kernel("f", "a", "y"), kernel("g", "c", "z")])
        let solution = try Renderer.cuda(.sm80).render(program, workload: "hash", author: "test")
        #expect(solution.launches.map(\.kernel) == ["f", "f"])
        #expect(solution.launches[0].arguments == [.input("a"), .input("b"), .output("y")])
        #expect(solution.launches[1].arguments == [.input("c"), .input("b"), .output("z")])
    }

    @Test func openCLHasNoWordsForIt() {
        let error = #expect(throws: KernelwrightError.self) {
            try Printed.source(
                [.register("acc", [2, 2]), product(.float16)], buffers: buffers([16, 16], [16, 8], .float16))
        }
        #expect(error?.message == "kernel f multiplies matrices by a warp, which opencl cannot say")
        #expect(error?.hint?.contains("CUDA") == true)
    }

    /// The nest that the action's comment shows.
    @Test func nest() throws {
        let a = Expr.cast(.float32, .load("A", [.axis("m"), .axis("k")]))
        let b = Expr.cast(.float32, .load("B", [.axis("k"), .axis("n")]))
        let program = TensorProgram(
            name: "product",
            buffers: [
                Buffer("A", .float16, shape: [16, 32], role: .input),
                Buffer("B", .float16, shape: [32, 8], role: .input), Buffer("C", shape: [16, 8], role: .output),
            ],
            stages: [
                .reduce(
                    "C", [Axis("m", 16), Axis("n", 8)], .sum(), over: [Axis("k", 32)], [a * b], finish: [.state(0)],
                    into: ["C"])
            ])
        let state = try ScheduleState(program, target: .sm80).applying([
            .split(Split(stage: "C", loop: "k", factor: 16)),
            .reorder(Reorder(stage: "C", loops: ["k.o", "m", "n", "k.i"])),
            .matrix(Matrix(stage: "C", rows: "m", columns: "n", inner: "k.i", format: .float16)),
        ])
        let lowered = state.lowered()
        try lowered.verify()
        #expect(
            LoopNestPrinter.text(lowered) == """
                kernel C
                  local C.lane(32)
                    register C.acc[2, 2] float32 vector
                    unrolled for C.half in 0..<2
                      lanes for C.pair in 0..<2
                        C.acc[C.half, C.pair] = 0
                    for k.o in 0..<2
                      matrix float16 m(16) × n(8) × k.i(16): C.acc[] += A[m, k.i + 16*k.o] * B[k.i + 16*k.o, n]
                    unrolled for C.half in 0..<2
                      lanes for C.pair in 0..<2
                        C[(C.lane)/4 + 8*C.half, 2*(C.lane)%4 + C.pair] = C.acc[C.half, C.pair]

                """)
        #expect(LoopNestPrinter.summary(lowered.kernels[0]).hasSuffix("k.o(2) ▸ matrix float16 m(16) × n(8) × k.i(16)"))
    }
}
