import KernelIR
import Reference
import Testing

@testable import Evaluation

/// Each way of not doing the work must fail, and each honest reordering must pass.
@Suite("Tolerance") struct ToleranceTests {
    /// A matrix product with its oracle and the error of plain float arithmetic.
    struct Product {
        let rows = 24
        let columns = 20
        let depth: Int
        let left: [Float]
        let right: [Float]
        let expected: ExpectedOutput

        init(depth: Int, seed: UInt64 = 7) {
            self.depth = depth
            left = Samples.normal(24 * depth, seed: seed)
            right = Samples.normal(depth * 20, seed: seed &+ 1)
            let oracle = Self.multiply(left.map(Double.init), right.map(Double.init), 24, 20, depth)
            let plain = Self.multiply(left, right, 24, 20, depth)
            expected = Samples.expected(oracle, plain: plain, reductionLength: depth)
        }

        static func multiply<Number: BinaryFloatingPoint>(
            _ left: [Number], _ right: [Number], _ rows: Int, _ columns: Int, _ depth: Int
        ) -> [Number] {
            (0..<rows * columns).map { cell in
                var sum: Number = 0
                for k in 0..<depth { sum += left[cell / columns * depth + k] * right[k * columns + cell % columns] }
                return sum
            }
        }

        /// The product with inputs, products and sums passed through `round`.
        func rounded(_ round: (Float) -> Float) -> [Float] {
            (0..<rows * columns).map { cell in
                var sum: Float = 0
                for k in 0..<depth {
                    let product = round(left[cell / columns * depth + k]) * round(right[k * columns + cell % columns])
                    sum = round(sum + round(product))
                }
                return sum
            }
        }

        /// The product with its sum split in `parts`, as vector code does it.
        func split(_ parts: Int) -> [Float] {
            (0..<rows * columns).map { cell in
                var sums = [Float](repeating: 0, count: parts)
                for k in 0..<depth {
                    sums[k % parts].addProduct(
                        left[cell / columns * depth + k], right[k * columns + cell % columns])
                }
                return sums.reduce(0, +)
            }
        }
    }

    @Test("a sum in another order passes", arguments: [1, 16, 511, 4096])
    func reordering(depth: Int) {
        let product = Product(depth: depth)
        for parts in [1, 2, 16] {
            #expect(product.expected.compare(product.split(parts)).isAcceptable)
        }
    }

    @Test("half-precision arithmetic is rejected as a precision downgrade", arguments: [1, 16, 511, 4096])
    func halfPrecision(depth: Int) {
        let product = Product(depth: depth)
        let half = product.expected.compare(product.rounded { Float(Float16($0)) })
        #expect(!half.isAcceptable)
        let inputsOnly = product.expected.compare(
            Product.multiply(
                product.left.map { Float(Float16($0)) }, product.right.map { Float(Float16($0)) }, 24, 20, depth))
        #expect(!inputsOnly.isAcceptable)
        #expect(inputsOnly.looksLikeNarrowerArithmetic)
    }

    @Test("outputs rounded to half precision are rejected even after a long sum")
    func halfPrecisionOutput() {
        let oracle = Samples.normal(4096, seed: 3).map(Double.init)
        let expected = ExpectedOutput(
            name: "y", dtype: .float32, values: oracle,
            plain: .init(normwise: 3e-5, elementwise: 1e-4), reductionLength: 1 << 20)
        let found = expected.compare(oracle.map { Float(Float16($0)) })
        #expect(!found.isAcceptable)
        #expect(found.looksLikeNarrowerArithmetic)
    }

    /// The product's expected output where values may be stored in a type, and what storage of both factors gives.
    private func stored(_ type: DType, _ product: Product, _ round: (Float) -> Float) -> (ExpectedOutput, [Float]) {
        let found = Product.multiply(product.left.map(round), product.right.map(round), 24, 20, product.depth)
        let error = product.expected.compare(found.map(round))
        let expected = ExpectedOutput(
            name: "y", dtype: .float32, values: product.expected.values, plain: product.expected.plain,
            reductionLength: product.depth,
            storage: StorageError(
                type: type, error: .init(normwise: error.normwise, elementwise: error.maxScaled), overflows: false))
        return (expected, found)
    }

    @Test("each precision admits its own storage; float16's is not bfloat16's", arguments: [1, 16, 511, 4096])
    func storage(depth: Int) {
        let product = Product(depth: depth)
        let (half, inHalf) = stored(.float16, product) { Float(Float16($0)) }
        let (brain, inBrain) = stored(.bfloat16, product) {
            Float(Arithmetic.declared.rounded(Double($0), to: .bfloat16))
        }
        #expect(half.compare(inHalf).isAcceptable)
        #expect(brain.compare(inBrain).isAcceptable)
        #expect(brain.compare(inHalf).isAcceptable)
        let tooNarrow = half.compare(inBrain)
        #expect(!tooNarrow.isAcceptable)
        #expect(tooNarrow.looksLikeNarrowerArithmetic)
        #expect(!product.expected.compare(inHalf).isAcceptable)
        #expect(!half.compare([Float](repeating: 0, count: 480)).isAcceptable)
    }

    @Test("sums in float32: the bound does not grow with their length, and half-precision sums are beyond it")
    func accumulation() {
        let product = Product(depth: 4096)
        let (half, _) = stored(.float16, product) { Float(Float16($0)) }
        #expect(!half.compare(product.rounded { Float(Float16($0)) }).isAcceptable)
        let error = PlainError(normwise: 2.0e-4, elementwise: 5e-4)
        let declared = Tolerance(plain: .init(normwise: 0, elementwise: 0), dtype: .float32, reductionLength: 4096)
        let bound = Tolerance(storage: .init(type: .float16, error: error, overflows: false), declared: declared)
        #expect(bound.normwise == 0.2 * 0x1p-8)
        #expect(bound.elementwise == 1.5e-3)
    }

    @Test("under a lower precision a baseline is held to the declared type")
    func baselineUnderStorage() {
        let product = Product(depth: 64)
        let (half, inHalf) = stored(.float16, product) { Float(Float16($0)) }
        #expect(half.compare(inHalf).isAcceptable)
        #expect(!half.forBaseline().compare(inHalf).isAcceptable)
        #expect(half.forBaseline().tolerance == product.expected.forBaseline().tolerance)
    }

    @Test("an output of zeros is rejected, however small the true values are")
    func zeros() {
        let product = Product(depth: 64)
        #expect(!product.expected.compare([Float](repeating: 0, count: 480)).isAcceptable)
        let tiny = Samples.softmaxLike(4096)
        #expect(!tiny.compare([Float](repeating: 0, count: 4096)).isAcceptable)
    }

    @Test("the mean of the output in every place is rejected")
    func mean() {
        let tiny = Samples.softmaxLike(4096)
        let mean = Float(tiny.values.reduce(0, +) / 4096)
        #expect(!tiny.compare([Float](repeating: mean, count: 4096)).isAcceptable)
    }

    @Test("the unchanged input is rejected")
    func copy() {
        let input = Samples.normal(2048, seed: 5)
        let expected = Samples.expected(
            input.map { Double(max($0, 0)) }, plain: input.map { max($0, 0) }, reductionLength: 1)
        #expect(expected.compare(input.map { max($0, 0) }).isAcceptable)
        #expect(!expected.compare(input).isAcceptable)
    }

    @Test("a half-computed output is rejected, and one wrong element too")
    func partial() {
        let product = Product(depth: 64)
        let good = product.split(4)
        var half = good
        for index in half.indices where index % 2 == 1 { half[index] = 0 }
        #expect(!product.expected.compare(half).isAcceptable)
        var single = good
        single[333] += 0.01
        let found = product.expected.compare(single)
        #expect(!found.isAcceptable)
        #expect(found.worst == 333)
        #expect(found.mismatches == 1)
        #expect(!found.looksLikeNarrowerArithmetic)
    }

    @Test("a sum that leaves out part of its terms is rejected")
    func shortSum() {
        let product = Product(depth: 512)
        var left = product.left
        for row in 0..<product.rows { left[row * product.depth + product.depth - 1] = 0 }
        let found = product.expected.compare(Product.multiply(left, product.right, 24, 20, 512))
        #expect(!found.isAcceptable)
    }

    @Test("a baseline may add a long row in order; half precision is beyond it too")
    func baseline() {
        let oracle = Samples.normal(4096, seed: 3).map(Double.init)
        let expected = Samples.expected(oracle, plain: oracle.map(Float.init), reductionLength: 1 << 22)
        let drifted = oracle.map { Float($0 * (1 + 5e-5)) }
        #expect(!expected.compare(drifted).isAcceptable)
        #expect(expected.forBaseline().compare(drifted).isAcceptable)
        #expect(!expected.forBaseline().compare(oracle.map { Float(Float16($0)) }).isAcceptable)
    }

    @Test("the bound always admits twice the plain error in norm, three times at an element")
    func conditioning() {
        let tolerance = Tolerance(
            plain: .init(normwise: 1e-2, elementwise: 3e-2), dtype: .float32, reductionLength: 4)
        #expect(tolerance.normwise == 2e-2)
        #expect(tolerance.elementwise == 9e-2)
    }
}
