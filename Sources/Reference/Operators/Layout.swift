import KernelIR
import Workloads

/// Operators that move or select elements without arithmetic.
extension OperatorTable {
    mutating func addLayout() {
        addPermutations()
        addTriangles()
        add(several: "getitem") { call in
            let name = call.node.arguments.first?.valueName ?? ""
            let results = call.values[name] ?? []
            let index = try call.int(1, "index", default: nil)
            guard results.indices.contains(index) else {
                throw call.error("%\(name) has no result \(index)", hint: "results are 0 ..< \(results.count)")
            }
            return [results[index]]
        }
        for form in [
            "clone.default", "contiguous.default", "detach.default", "detach_.default", "alias.default",
            "lift_fresh_copy.default", "lift_fresh.default", "positive.default",
        ] {
            add(form) { call in try call.tensor(0) }
        }
    }

    private mutating func addPermutations() {
        for form in ["numpy_T.default", "t.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                return x.permuted(x.shape.indices.reversed())
            }
        }
        for form in ["transpose.int", "swapaxes.default", "swapdims.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                let first = try call.axis(try call.int(1, "dim0", default: nil), of: x.shape.count)
                let second = try call.axis(try call.int(2, "dim1", default: nil), of: x.shape.count)
                guard !x.shape.isEmpty else { return x }
                var order = Array(x.shape.indices)
                order.swapAt(first, second)
                return x.permuted(order)
            }
        }
        add("permute.default") { call in
            let x = try call.tensor(0)
            let order = try call.axes(1, "dims", of: x)
            guard order.sorted() == Array(x.shape.indices) else {
                throw call.error("\(order) is no permutation", hint: "name each of the \(x.shape.count) axes once")
            }
            return x.permuted(order)
        }
    }

    private mutating func addTriangles() {
        add("tril.default") { call in
            let diagonal = try call.int(1, "diagonal", default: 0)
            return try Self.triangle(call) { row, column in column - row <= diagonal }
        }
        add("triu.default") { call in
            let diagonal = try call.int(1, "diagonal", default: 0)
            return try Self.triangle(call) { row, column in column - row >= diagonal }
        }
    }

    /// Keeps the elements of each matrix that `keeps(row, column)` accepts, zeros the others.
    private static func triangle(
        _ call: OperatorCall<Scalar>, _ keeps: (Int, Int) -> Bool
    ) throws -> Tensor<Scalar> {
        let x = try call.tensor(0)
        guard x.shape.count >= 2 else { throw call.error("rank \(x.shape.count)", hint: "give matrices") }
        let (height, width) = (x.shape[x.shape.count - 2], x.shape[x.shape.count - 1])
        return Tensor(dtype: x.dtype, shape: x.shape) { out in
            x.values.withUnsafeBufferPointer { x in
                Parallel.run(x.count / width, grain: max(1, (1 << 16) / width)) { rows in
                    for row in rows {
                        for column in 0..<width {
                            let place = row * width + column
                            (out + place).initialize(to: keeps(row % height, column) ? x[place] : 0)
                        }
                    }
                }
            }
        }
    }
}
