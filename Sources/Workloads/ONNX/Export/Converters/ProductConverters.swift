import KernelIR

/// Matrix products; ONNX Runtime fuses transposed operands into them.
enum ProductConverters {
    static let table: [String: Converter] = [
        "aten.matmul.default": matmul,
        "aten.mm.default": matmul,
        "aten.bmm.default": matmul,
        "aten.linear.default": linear,
        "aten.addmm.default": addedProduct,
        "aten.einsum.default": einsum,
    ]

    private static let matmul: Converter = { call, graph throws(KernelwrightError) in
        let secondKeyword = call.node.op == "aten.matmul.default" ? "other" : "mat2"
        return [graph.emit("MatMul", [try call.tensor(0, "self").name, try call.tensor(1, secondKeyword).name])]
    }

    /// x · wᵀ + b: one Gemm for a matrix, else a product and a sum.
    private static let linear: Converter = { call, graph throws(KernelwrightError) in
        let (x, weight) = (try call.tensor(0, "input"), try call.tensor(1, "weight"))
        guard weight.rank == 2 else { throw call.reject("weight must be a matrix") }
        let bias = try call.optionalTensor(2, "bias").map { [$0.name] } ?? []
        if x.rank == 2 {
            return [graph.emit("Gemm", [x.name, weight.name] + bias, [.int("transB", 1)])]
        }
        let transposed = graph.emit("Transpose", [weight.name], [.ints("perm", [1, 0])])
        let product = graph.emit("MatMul", [x.name, transposed])
        return [bias.isEmpty ? product : graph.emit("Add", [product] + bias)]
    }

    /// β · self + α · mat1 · mat2; with β = 0 self does not count, not even its NaN.
    private static let addedProduct: Converter = { call, graph throws(KernelwrightError) in
        let beta = try call.double(3, "beta", default: 1)
        let sum = beta == 0 ? [] : [try call.tensor(0, "self").name]
        let factors = [try call.tensor(1, "mat1").name, try call.tensor(2, "mat2").name]
        let alpha = try call.double(4, "alpha", default: 1)
        return [graph.emit("Gemm", factors + sum, [.float("alpha", alpha), .float("beta", beta)])]
    }

    private static let einsum: Converter = { call, graph throws(KernelwrightError) in
        let equation = try call.string(0, "equation", default: "").filter { $0 != " " }
        let operands = try call.tensors(1, "tensors")
        if operands.count == 2, isMatrixProduct(equation) {
            return [graph.emit("MatMul", operands.map(\.name))]
        }
        return [graph.emit("Einsum", operands.map(\.name), [.string("equation", equation)])]
    }

    /// Whether an equation reads `…l,lk->…k`, which MatMul does without the copies of Einsum.
    static func isMatrixProduct(_ equation: String) -> Bool {
        let sides = equation.split(separator: "->", omittingEmptySubsequences: false)
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
        guard sides.count == 2, terms.count == 2, terms[0].count >= 2, terms[1].count == 2 else { return false }
        guard !equation.contains("."), Set(terms[0] + terms[1]).count == terms[0].count + 1 else { return false }
        return terms[1][0] == terms[0].last && Array(sides[1]) == terms[0].dropLast() + [terms[1][1]]
    }
}
