import KernelIR

/// Products for matrix instructions.
enum MatrixPrograms {
    /// A factor's elements, cast where they are of 16 bits and sums of float32.
    private static func factor(_ buffer: String, _ indices: [Index], _ type: DType, _ sum: DType) -> Expr {
        type == sum ? .load(buffer, indices) : .cast(sum, .load(buffer, indices))
    }

    /// c[m, n] = Σ a[m, k]·b[k, n], or b[n, k] where it is transposed.
    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ type: DType, sum: DType = .float32, transposed: Bool = false
    ) -> TensorProgram {
        let right: [Index] = transposed ? [.axis("n"), .axis("k")] : [.axis("k"), .axis("n")]
        return TensorProgram(
            name: "product",
            buffers: [
                Buffer("a", type, shape: [m, k], role: .input),
                Buffer("b", type, shape: transposed ? [n, k] : [k, n], role: .input),
                Buffer("c", sum, shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "product", [Axis("m", m), Axis("n", n)], .sum(sum), over: [Axis("k", k)],
                    [factor("a", [.axis("m"), .axis("k")], type, sum) * factor("b", right, type, sum)],
                    finish: [.state(0)], into: ["c"])
            ])
    }

    /// c[b, m, n] = Σ a[b, m, k]·b[b, n, k], then d = max(0, c + bias[n]) in the type of the factors.
    static func batched(_ b: Int, _ m: Int, _ n: Int, _ k: Int, _ type: DType) -> TensorProgram {
        let axes = [Axis("b", b), Axis("m", m), Axis("n", n)]
        let place = axes.map { Index.axis($0.name) }
        let left = factor("a", [.axis("b"), .axis("m"), .axis("k")], type, .float32)
        let right = factor("w", [.axis("b"), .axis("n"), .axis("k")], type, .float32)
        let sum = Expr.load("c", place) + factor("bias", [.axis("n")], type, .float32)
        let result = Expr.binary(.max, .float(0), sum)
        return TensorProgram(
            name: "batched",
            buffers: [
                Buffer("a", type, shape: [b, m, k], role: .input), Buffer("w", type, shape: [b, n, k], role: .input),
                Buffer("bias", type, shape: [n], role: .parameter), Buffer("c", shape: [b, m, n], role: .temporary),
                Buffer("d", type, shape: [b, m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "product", axes, .sum(), over: [Axis("k", k)], [left * right], finish: [.state(0)], into: ["c"]),
                .map("relu", axes, [type == .float32 ? result : .cast(type, result)], into: ["d"]),
            ])
    }

    /// Small whole numbers for every input, which every format and order of summing keeps.
    static func inputs(_ program: TensorProgram) -> [String: [Double]] {
        var generator = SeededGenerator(state: 7)
        var inputs: [String: [Double]] = [:]
        for buffer in program.buffers where buffer.role == .input || buffer.role == .parameter {
            inputs[buffer.name] = (0..<buffer.count).map { _ in Double(Int.random(in: -3...3, using: &generator)) }
        }
        return inputs
    }
}
