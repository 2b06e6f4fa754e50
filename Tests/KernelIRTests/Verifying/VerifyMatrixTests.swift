import KernelIR
import Testing

/// The rules of matrix products.
@Suite("Verification of matrix products") struct VerifyMatrixTests {
    private let halves = LocalBuffer("acc", .float16, shape: [2, 2], space: .register)

    @Test(arguments: MatrixFormat.allCases) func acceptsEveryFormat(_ format: MatrixFormat) throws {
        let type = format.storage
        try MatrixProgram(format: format, types: (type, type, .float32)).program.verify()
        try MatrixProgram(format: format, types: (.float32, .float32, .float32)).program.verify()
    }

    @Test func acceptsSumsOfHalves() throws {
        try MatrixProgram(types: (.float16, .float16, .float16), sums: halves).program.verify()
    }

    private func check(
        _ expected: String, _ program: MatrixProgram, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let said = message { try program.program.verify() }
        #expect(said.contains(expected), "said: \(said)", sourceLocation: sourceLocation)
    }

    /// The program with its product changed.
    private func changing(_ change: @escaping (inout MatrixMultiply) -> Void) -> MatrixProgram {
        MatrixProgram(change: { product in
            var product = product
            change(&product)
            return product
        })
    }

    @Test func lanes() {
        check("its lanes are lane", MatrixProgram(local: [Axis("lane", 64)]))
        check("its lanes are lane", MatrixProgram(local: [Axis("lane", 32), Axis("l", 2)]))
        check("its lanes are 2*lane", changing { $0.lane = .axis("lane") * 2 })
        check(
            "under a condition on its lanes lane",
            MatrixProgram(around: { [.when([Bound(.axis("lane"), below: 16)], then: [$0], otherwise: [])] }))
        check(
            "holds more than stores",
            MatrixProgram(around: { [.loop(axis: "l", start: 0, end: 2, kind: .lanes, body: [$0])] }))
    }

    @Test func sums() {
        let memory = LocalBuffer("acc", .float32, shape: [2, 2], space: .memory)
        check("acc is no register buffer", MatrixProgram(sums: memory))
        let deep = LocalBuffer("acc", .float32, shape: [3, 2, 2], space: .register)
        check("used at 0 indices", MatrixProgram(sums: deep, isCleared: false))
        check("acc is read before it is written", MatrixProgram(isCleared: false))
        check(
            "float16 sums of bfloat16",
            MatrixProgram(format: .bfloat16, types: (.bfloat16, .bfloat16, .float16), sums: halves))
        check("float32 sums of float16", changing { $0.sum = .float16 })
    }

    @Test func operands() {
        let mixed = MatrixProgram(format: .bfloat16, types: (.bfloat16, .float16, .float32))
        check("b of float16 is no operand in bfloat16", mixed)
        check("depends on n", changing { $0.left = Load("a", [.axis("n"), .axis("k")]) })
        let bound = Bound(.axis("lane"), below: 16)
        check("depends on lane", changing { $0.left = Load("a", [.axis("m"), .axis("lane")], bounds: [bound]) })
        check("index 0 of a", changing { $0.left.indices[0] = .axis("m") + 1 })
        check(
            "outside its bounds",
            changing { product in
                product.left.bounds = [Bound(.axis("m"), below: 9)]
                product.left.fill = 1
            })
        var shadowing = changing { product in
            product.row = "h"
            product.left.indices[0] = .axis("h")
        }
        shadowing.around = { [.loop(axis: "h", start: 0, end: 2, kind: .unrolled, body: [$0])] }
        check("axis h shadows another", shadowing)
    }
}
