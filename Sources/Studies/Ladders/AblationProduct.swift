import KernelIR
import Workloads

/// The task of the ablation: c[m, n] = Σ a[m, k]·w[n, k] of square matrices, float16 elements summed in float32.
struct AblationProduct: Sendable {
    /// Rows and columns of each matrix.
    let extent: Int

    /// The only stage of the program.
    static let stage = "product"
    static let inputs = ["a", "w"]
    static let output = "c"

    var program: TensorProgram {
        let shape = [extent, extent]
        func factor(_ buffer: String, _ row: String) -> Expr {
            .cast(.float32, .load(buffer, [.axis(row), .axis("k")]))
        }
        return TensorProgram(
            name: Self.stage,
            buffers: Self.inputs.map { Buffer($0, .float16, shape: shape, role: .input) }
                + [Buffer(Self.output, shape: shape, role: .output)],
            stages: [
                .reduce(
                    Self.stage, [Axis("m", extent), Axis("n", extent)], .sum(), over: [Axis("k", extent)],
                    [factor("a", "m") * factor("w", "n")], finish: [.state(0)], into: [Self.output])
            ])
    }

    /// An element of an input: a whole number from −3 to 3 without a pattern in rows or columns, so that products and
    /// their sums are exact in any order.
    func element(_ index: Int, of input: String) -> Float {
        let salt = input == "a" ? 0 : 0x5bd1
        return Float(Int((UInt32(truncatingIfNeeded: index + salt) &* 2_654_435_761) >> 16) % 7 - 3)
    }

    /// The bits of the elements of an input.
    func bits(of input: String) -> [UInt16] {
        (0..<extent * extent).map { HalfPrecision.float16(element($0, of: input)) }
    }

    /// The output that belongs to the inputs; O(extent³).
    func expected() -> [Float] {
        let a = (0..<extent * extent).map { element($0, of: "a") }
        let w = (0..<extent * extent).map { element($0, of: "w") }
        var product = [Float](repeating: 0, count: extent * extent)
        for row in 0..<extent {
            for column in 0..<extent {
                var sum: Float = 0
                for step in 0..<extent { sum += a[row * extent + step] * w[column * extent + step] }
                product[row * extent + column] = sum
            }
        }
        return product
    }
}
