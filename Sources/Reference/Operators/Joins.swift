import KernelIR
import Workloads

/// Operators that put tensors together or write one into another.
extension OperatorTable {
    mutating func addJoins() {
        for form in ["cat.default", "concat.default", "concatenate.default"] {
            add(form) { call in
                let tensors = try call.tensors(0, "tensors")
                // PyTorch skips empty vectors, whatever the others' rank.
                return try Self.joined(
                    call, tensors.filter { $0.shape != [0] }, axis: try call.int(1, "dim", default: 0))
            }
        }
        add("stack.default") { call in
            let tensors = try call.tensors(0, "tensors")
            let rank = (tensors.first?.shape.count ?? 0) + 1
            let axis = try call.axis(try call.int(1, "dim", default: 0), of: rank)
            guard tensors.allSatisfy({ $0.shape == tensors[0].shape }) else {
                throw call.error("shapes \(tensors.map(\.shape))", hint: "stack equal shapes")
            }
            let layers = tensors.map { x in
                var shape = x.shape
                shape.insert(1, at: axis)
                return x.reshaped(shape)
            }
            return try Self.joined(call, layers, axis: axis)
        }
        addWrites()
    }

    private mutating func addWrites() {
        add("slice_scatter.default") { call in
            let x = try call.tensor(0)
            let axis = try call.axis(try call.int(2, "dim", default: 0), of: x.shape.count)
            guard !x.shape.isEmpty else { throw call.error("a scalar has no axes", hint: "write into rank 1 or more") }
            let positions = try Self.sliced(call, x.shape[axis], from: 3)
            return try Self.overwritten(call, x, AxisOffsets(x.shape, axis: axis, at: positions))
        }
        add("select_scatter.default") { call in
            let x = try call.tensor(0)
            let axis = try call.axis(try call.int(2, "dim", default: nil), of: x.shape.count)
            guard !x.shape.isEmpty else { throw call.error("a scalar has no axes", hint: "write into rank 1 or more") }
            let position = try call.position(try call.int(3, "index", default: nil), extent: x.shape[axis])
            var places = AxisOffsets(x.shape, axis: axis, at: [position])
            places.start = places.tables.remove(at: axis)[0]
            return try Self.overwritten(call, x, places)
        }
        add("diagonal_scatter.default") { call in
            let x = try call.tensor(0)
            let diagonal = try Diagonal(call, x.shape, offset: 2, axes: (3, 4), defaults: (0, 1))
            return try Self.overwritten(call, x, diagonal.places)
        }
        add("diag_embed.default") { call in
            let x = try call.tensor(0)
            guard let length = x.shape.last else { throw call.error("a scalar", hint: "give rank 1 or more") }
            let offset = try call.int(1, "offset", default: 0)
            let rank = x.shape.count + 1
            let first = try call.axis(try call.int(2, "dim1", default: -2), of: rank)
            let second = try call.axis(try call.int(3, "dim2", default: -1), of: rank)
            let side = length &+ Int(clamping: offset.magnitude)
            var shape = Array(x.shape.dropLast())
            for axis in [first, second].sorted() { shape.insert(side, at: min(axis, shape.count)) }
            shape = try call.declared(shape)
            let diagonal = try Diagonal(call, shape, offset: 1, axes: (2, 3), defaults: (-2, -1))
            return Tensor(dtype: x.dtype, shape: shape) { out in
                out.initialize(repeating: 0, count: shape.reduce(1, *))
                x.write(to: out, at: diagonal.places)
            }
        }
    }

    private static func joined(
        _ call: OperatorCall<Scalar>, _ tensors: [Tensor<Scalar>], axis: Int
    ) throws -> Tensor<Scalar> {
        guard let first = tensors.first else { return Tensor(dtype: call.dtype, shape: [0], values: []) }
        let axis = try call.axis(axis, of: first.shape.count)
        guard !first.shape.isEmpty,
            tensors.allSatisfy({
                $0.shape.count == first.shape.count && $0.shape.without(axis) == first.shape.without(axis)
            })
        else {
            throw call.error(
                "shapes \(tensors.map(\.shape)) do not join along axis \(axis)", hint: "other extents must be equal")
        }
        var shape = first.shape
        shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
        return Tensor(dtype: call.dtype, shape: shape) { out in
            var position = 0
            for x in tensors {
                let positions = position..<(position + x.shape[axis])
                x.write(to: out, at: AxisOffsets(shape, axis: axis, at: Array(positions)))
                position += x.shape[axis]
            }
        }
    }

    /// A copy of `x` with the second operand at the given places.
    private static func overwritten(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ places: AxisOffsets
    ) throws -> Tensor<Scalar> {
        let source = try call.tensor(1, "src")
        guard source.shape == places.shape else {
            throw call.error("writes the shape \(source.shape)", hint: "the place has the shape \(places.shape)")
        }
        var result = x
        result.values.withUnsafeMutableBufferPointer { out in
            if let out = out.baseAddress { source.write(to: out, at: places) }
        }
        return result
    }
}
