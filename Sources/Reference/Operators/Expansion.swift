import KernelIR
import Workloads

/// Operators that repeat elements.
extension OperatorTable {
    mutating func addExpansion() {
        for form in ["expand.default", "broadcast_to.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                let sizes = try call.ints(1, "size", default: nil)
                let own = Array(repeating: 1, count: max(sizes.count - x.shape.count, 0)) + x.shape
                return try Self.expanded(call, x, to: zip(sizes, own).map { $0 == -1 ? $1 : $0 })
            }
        }
        add("expand_as.default") { call in
            try Self.expanded(call, try call.tensor(0), to: try call.tensor(1, "other").shape)
        }
        add(several: "aten.broadcast_tensors.default") { call in
            let tensors = try call.tensors(0, "tensors")
            guard let shape = Shape.broadcast(tensors.map(\.shape)) else {
                throw call.error("shapes \(tensors.map(\.shape)) do not broadcast", hint: "extents must be equal or 1")
            }
            return try tensors.indices.map { tensors[$0].expanded(to: try call.declared(shape, result: $0)) }
        }
        addRepetitions()
        for form in ["meshgrid.default", "meshgrid.indexing"] {
            add(several: "aten." + form) { call in try Self.mesh(call) }
        }
    }

    private mutating func addRepetitions() {
        for form in ["repeat.default", "tile.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                var counts = try call.ints(1, form.hasPrefix("tile") ? "dims" : "repeats", default: nil)
                if form.hasPrefix("tile") {
                    counts = Array(repeating: 1, count: max(x.shape.count - counts.count, 0)) + counts
                }
                guard counts.count >= x.shape.count, counts.allSatisfy({ $0 >= 0 }) else {
                    throw call.error("repeats \(x.shape) by \(counts)", hint: "give a count for each axis")
                }
                let own = Array(repeating: 1, count: counts.count - x.shape.count) + x.shape
                let shape = try call.declared(zip(own, counts).map { $0 &* $1 })
                let positions = zip(own, shape).enumerated().map { axis, pair in
                    (axis, (0..<pair.1).map { $0 % pair.0 })
                }
                return x.reshaped(own).picked(Dictionary(uniqueKeysWithValues: positions))
            }
        }
        add("repeat_interleave.self_int") { call in
            let x = try call.tensor(0)
            let count = try call.int(1, "repeats", default: nil)
            let source = call.node.argument(2, "dim")?.intValue == nil ? x.reshaped([x.values.count]) : x
            let axis = try call.axis(try call.int(2, "dim", default: 0), of: source.shape.count)
            var shape = source.shape.isEmpty ? [1] : source.shape
            let base = source.reshaped(shape)
            shape[axis] &*= count
            shape = try call.declared(shape)
            return base.picked([axis: (0..<shape[axis]).map { $0 / count }])
        }
    }

    private static func expanded(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, to shape: [Int]
    ) throws -> Tensor<Scalar> {
        guard Shape.broadcast([x.shape, shape]) == shape else {
            throw call.error("\(x.shape) does not expand to \(shape)", hint: "only extents of 1 grow")
        }
        return x.expanded(to: try call.declared(shape))
    }

    /// Each vector along an axis of its own; `xy` swaps the first two axes.
    private static func mesh(_ call: OperatorCall<Scalar>) throws -> [Tensor<Scalar>] {
        let vectors = try call.tensors(0, "tensors")
        let swaps = try call.string(1, "indexing", default: "ij") == "xy" && vectors.count > 1
        func axis(_ position: Int) -> Int { swaps && position < 2 ? 1 - position : position }
        guard vectors.allSatisfy({ $0.shape.count <= 1 }) else {
            throw call.error("shapes \(vectors.map(\.shape))", hint: "give vectors")
        }
        let shape = vectors.indices.map { vectors[axis($0)].values.count }
        return try vectors.indices.map { position in
            var own = [Int](repeating: 1, count: vectors.count)
            own[axis(position)] = vectors[position].values.count
            return vectors[position].reshaped(own).expanded(to: try call.declared(shape, result: position))
        }
    }
}

extension Tensor {
    /// Repeats the elements along axes of extent 1 and new leading axes.
    func expanded(to target: [Int]) -> Tensor {
        guard shape != target else { return self }
        let strides = Shape.broadcastStrides(shape, to: target)
        return read(
            AxisOffsets(tables: zip(target, strides).map { extent, stride in (0..<extent).map { $0 * stride } }))
    }
}
