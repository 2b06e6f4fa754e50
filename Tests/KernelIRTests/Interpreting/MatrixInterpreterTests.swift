import KernelIR
import Testing

/// Matrix products as the interpreter computes them.
@Suite("Interpretation of matrix products") struct MatrixInterpreterTests {
    private func run(
        _ program: MatrixProgram, a: (Int, Int) -> Double, b: (Int, Int) -> Double,
        arithmetic: Arithmetic = .declared
    ) throws -> [Double] {
        let depth = program.format.depth
        let inputs = [
            "a": (0..<16).flatMap { m in (0..<depth).map { a(m, $0) } },
            "b": (0..<depth).flatMap { k in (0..<8).map { b(k, $0) } },
        ]
        return try #require(
            try LoopProgramInterpreter.run(program.program, inputs: inputs, arithmetic: arithmetic)["y"])
    }

    @Test(arguments: MatrixFormat.allCases) func productsOfSmallNumbers(_ format: MatrixFormat) throws {
        let a = { (m: Int, k: Int) in Double((3 * m + 5 * k) % 7 - 3) }
        let b = { (k: Int, n: Int) in Double((k * n + 2 * n) % 5 - 2) }
        for arithmetic in Arithmetic.allCases {
            let y = try run(
                MatrixProgram(format: format, types: (.float32, .float32, .float32)), a: a, b: b,
                arithmetic: arithmetic)
            for m in 0..<16 {
                for n in 0..<8 {
                    let sum = (0..<format.depth).reduce(0.0) { $0 + a(m, $1) * b($1, n) }
                    #expect(y[8 * m + n] == sum, "\(m) \(n)")
                }
            }
        }
    }

    static let roundings: [(MatrixFormat, Double, Double)] = [
        (.bfloat16, 257, 256), (.tf32, 0x1.002p0, 0x1.004p0), (.float16, 2049, 2048),
    ]

    /// Operands are rounded, sums are not, but in double precision nothing is.
    @Test(arguments: roundings) func operandsAreRounded(
        _ format: MatrixFormat, _ value: Double, _ rounded: Double
    ) throws {
        let program = MatrixProgram(format: format, types: (.float32, .float32, .float32))
        let first = { (_: Int, k: Int) in k == 0 ? 1.0 : 0 }
        #expect(try run(program, a: first, b: { _, _ in value }).allSatisfy { $0 == rounded })
        #expect(try run(program, a: first, b: { _, _ in value }, arithmetic: .double).allSatisfy { $0 == value })
    }

    /// Added one by one in float16, fifteen ones would each be lost on 2048.
    @Test func sumsOfHalvesRoundOnceAProduct() throws {
        let halves = MatrixProgram(
            types: (.float16, .float16, .float16), sums: LocalBuffer("acc", .float16, shape: [2, 2], space: .register))
        let y = try run(halves, a: { _, k in k == 0 ? 2048 : 1 }, b: { _, _ in 1 })
        #expect(y.allSatisfy { $0 == 2064 }, "2063 lies between 2062 and 2064")
    }

    @Test func undefinedSumsAreErrors() {
        #expect(throws: KernelwrightError.self) {
            try run(MatrixProgram(isCleared: false), a: { _, _ in 0 }, b: { _, _ in 0 })
        }
    }
}
