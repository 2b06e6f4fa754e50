import KernelIR
import Workloads

/// Operators that move or select elements without arithmetic.
extension OperatorTable {
    mutating func addLayout() {
        addPermutations()
        addReshapes()
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
            "clone.default", "contiguous.default", "detach.default", "alias.default", "lift_fresh_copy.default",
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
        add("transpose.int") { call in
            let x = try call.tensor(0)
            let first = try call.axis(try call.int(1, "dim0", default: nil), of: x.shape.count)
            let second = try call.axis(try call.int(2, "dim1", default: nil), of: x.shape.count)
            guard !x.shape.isEmpty else { return x }
            var order = Array(x.shape.indices)
            order.swapAt(first, second)
            return x.permuted(order)
        }
        add("permute.default") { call in
            let x = try call.tensor(0)
            let order = try call.axes(1, "dims", of: x)
            guard order.sorted() == Array(x.shape.indices) else {
                throw call.error("\(order) is no permutation", hint: "name each of the \(x.shape.count) axes once")
            }
            return x.permuted(order)
        }
        add("expand.default") { call in
            let x = try call.tensor(0)
            let sizes = try call.ints(1, "size", default: nil)
            let own = Array(repeating: 1, count: max(sizes.count - x.shape.count, 0)) + x.shape
            let target = zip(sizes, own).map { $0 == -1 ? $1 : $0 }
            guard Shape.broadcast([x.shape, target]) == target else {
                throw call.error("\(x.shape) does not expand to \(sizes)", hint: "only extents of 1 grow")
            }
            return x.expanded(to: target)
        }
    }

    private mutating func addReshapes() {
        add("unsqueeze.default") { call in
            let x = try call.tensor(0)
            var shape = x.shape
            shape.insert(1, at: try call.axis(try call.int(1, "dim", default: nil), of: shape.count + 1))
            return x.reshaped(shape)
        }
        for form in ["squeeze.default", "squeeze.dim", "squeeze.dims"] {
            add(form) { call in
                let x = try call.tensor(0)
                let axes = try call.axes(1, "dim", of: x)
                let dropsAll = form == "squeeze.default"
                return x.reshaped(
                    x.shape.indices.filter { x.shape[$0] != 1 || !(dropsAll || axes.contains($0)) }.map { x.shape[$0] })
            }
        }
        for form in ["view.default", "reshape.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                let sizes = try call.ints(1, "size", default: nil)
                let known = sizes.filter { $0 != -1 }.reduce(1, *)
                let shape = sizes.map { $0 == -1 ? x.values.count / max(known, 1) : $0 }
                guard shape.reduce(1, *) == x.values.count else {
                    throw call.error("\(x.shape) does not reshape to \(sizes)", hint: "keep \(x.values.count) elements")
                }
                return x.reshaped(shape)
            }
        }
        add("flatten.using_ints") { call in
            let x = try call.tensor(0)
            guard !x.shape.isEmpty else { return x.reshaped([1]) }
            let first = try call.axis(try call.int(1, "start_dim", default: 0), of: x.shape.count)
            let last = try call.axis(try call.int(2, "end_dim", default: -1), of: x.shape.count)
            guard first <= last else { throw call.error("axes \(first) to \(last)", hint: "start before the end") }
            return x.reshaped(x.shape[..<first] + [x.shape[first...last].reduce(1, *)] + x.shape[(last + 1)...])
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
            for row in 0..<(x.values.count / max(width, 1)) {
                for column in 0..<width {
                    let place = row * width + column
                    (out + place).initialize(to: keeps(row % height, column) ? x.values[place] : 0)
                }
            }
        }
    }
}

extension Tensor {
    /// Repeats the elements along axes of extent 1 and new leading axes.
    func expanded(to target: [Int]) -> Tensor {
        guard shape != target else { return self }
        let ones = Tensor(dtype: dtype, shape: target, values: Array(repeating: 1, count: target.reduce(1, *)))
        return combined(with: ones, dtype: dtype) { value, _ in value } ?? self
    }
}
