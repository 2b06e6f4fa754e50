import KernelIR
import Workloads

/// Choices between elements: conditions, masks, bounds.
extension OperatorTable {
    mutating func addChoice() {
        for form in ["where.self", "where.ScalarSelf", "where.ScalarOther", "where.Scalar"] {
            add(form) { call in
                try Self.chosen(call, call.tensor(0, "condition"), call.operand(1, "self"), call.operand(2))
            }
        }
        for form in ["masked_fill.Scalar", "masked_fill_.Scalar", "masked_fill.Tensor", "masked_fill_.Tensor"] {
            add(form) { call in
                try Self.chosen(call, call.tensor(1, "mask"), call.operand(2, "value"), call.tensor(0))
            }
        }
        addBounds()
    }

    private mutating func addBounds() {
        for name in ["clamp", "clamp_", "clip", "clip_"] {
            add(name + ".default") { call in
                let low = Scalar(try call.number(1, "min", default: -.infinity))
                let high = Scalar(try call.number(2, "max", default: .infinity))
                // Where low > high, PyTorch gives high.
                return try call.tensor(0).map { $0.isNaN ? $0 : Swift.min(Swift.max($0, low), high) }
            }
            add(name + ".Tensor") { call in
                var x = try call.tensor(0)
                if let low = try call.optionalTensor(1, "min") { x = try Self.binary(call, x, low, Self.larger) }
                if let high = try call.optionalTensor(2, "max") { x = try Self.binary(call, x, high, Self.smaller) }
                return x
            }
        }
        for name in ["clamp_min", "clamp_min_"] {
            for form in [".default", ".Tensor"] {
                add(name + form) { call in
                    try Self.binary(call, call.tensor(0), call.operand(1, "min"), Self.larger)
                }
            }
        }
        for name in ["clamp_max", "clamp_max_"] {
            for form in [".default", ".Tensor"] {
                add(name + form) { call in
                    try Self.binary(call, call.tensor(0), call.operand(1, "max"), Self.smaller)
                }
            }
        }
    }

    /// The larger of two numbers, NaN if there is one.
    @inline(__always)
    static func larger(_ x: Scalar, _ y: Scalar) -> Scalar { x.isNaN || x > y ? x : y }

    /// The smaller of two numbers, NaN if there is one.
    @inline(__always)
    static func smaller(_ x: Scalar, _ y: Scalar) -> Scalar { x.isNaN || x < y ? x : y }

    /// `left` where the condition holds, else `right`, all broadcast.
    private static func chosen(
        _ call: OperatorCall<Scalar>, _ condition: Tensor<Scalar>, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        let shapes = [condition.shape, left.shape, right.shape]
        guard let shape = Shape.broadcast(shapes) else {
            throw call.error("shapes \(shapes) do not broadcast", hint: "extents must be equal or 1")
        }
        let places = shapes.map { Shape.broadcastStrides($0, to: shape) }
        let steps = places.map { $0.last ?? 0 }
        let (rowShape, width) = (Array(shape.dropLast()), shape.last ?? 1)
        return Tensor(dtype: call.dtype, shape: shape) { out in
            condition.values.withUnsafeBufferPointer { condition in
                left.values.withUnsafeBufferPointer { left in
                    right.values.withUnsafeBufferPointer { right in
                        Parallel.run(rowShape.reduce(1, *), grain: max(1, (1 << 16) / width)) { rows in
                            var walk = RowPlaces(shape: rowShape, strides: places, row: rows.lowerBound)
                            for row in rows {
                                let (c, l, r) = (walk.offsets[0], walk.offsets[1], walk.offsets[2])
                                for j in 0..<width {
                                    let holds = condition[c + j * steps[0]] != 0
                                    (out + row * width + j).initialize(
                                        to: holds ? left[l + j * steps[1]] : right[r + j * steps[2]])
                                }
                                walk.advance()
                            }
                        }
                    }
                }
            }
        }
    }
}
