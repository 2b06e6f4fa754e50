import KernelIR
import Workloads

/// Operators that make tensors from numbers.
extension OperatorTable {
    mutating func addMakers() {
        addFilled()
        addRamps()
        add("one_hot.default") { call in
            let x = try call.tensor(0)
            let classes = try call.int(1, "num_classes", default: -1)
            let count = classes == -1 ? call.node.outputs.first?.shape.last ?? 0 : classes
            let shape = try call.declared(x.shape + [count])
            var result = Tensor<Scalar>(
                dtype: .int64, shape: shape, values: Array(repeating: 0, count: shape.reduce(1, *)))
            for (row, value) in x.values.enumerated() {
                guard value >= 0, value < Scalar(count) else {
                    throw call.error("class \(value)", hint: "classes are 0 ..< \(count)")
                }
                result.values[row * count + Int(value)] = 1
            }
            return result
        }
    }

    private mutating func addFilled() {
        // Elements that PyTorch leaves undefined are zeros.
        for (name, value) in [("ones", Scalar(1)), ("zeros", 0), ("empty", 0)] {
            add(name + ".default") { call in try Self.filled(call, call.ints(0, "size", default: nil), value) }
            add("new_\(name).default") { call in try Self.filled(call, call.ints(1, "size", default: nil), value) }
            add(name + "_like.default") { call in try Self.filled(call, call.tensor(0).shape, value) }
        }
        add("empty.memory_format") { call in try Self.filled(call, call.ints(0, "size", default: nil), 0) }
        for form in ["zero.default", "zero_.default"] {
            add(form) { call in try Self.filled(call, call.tensor(0).shape, 0) }
        }
        add("full.default") { call in try Self.filled(call, call.ints(0, "size", default: nil), Self.value(call, 1)) }
        add("new_full.default") { call in
            try Self.filled(call, call.ints(1, "size", default: nil), Self.value(call, 2))
        }
        add("scalar_tensor.default") { call in try Self.filled(call, [], Self.value(call, 0)) }
        for form in ["full_like.default", "fill.Scalar", "fill_.Scalar", "fill.Tensor", "fill_.Tensor"] {
            add(form) { call in try Self.filled(call, call.tensor(0).shape, Self.value(call, 1)) }
        }
    }

    private mutating func addRamps() {
        add("arange.default") { call in try Self.ramp(call, start: 0, end: call.number(0, "end", default: nil), step: 1)
        }
        for form in ["arange.start", "arange.start_step"] {
            add(form) { call in
                try Self.ramp(
                    call, start: call.number(0, "start", default: nil), end: call.number(1, "end", default: nil),
                    step: call.number(2, "step", default: 1))
            }
        }
        add("linspace.default") { call in
            let start = try call.number(0, "start", default: nil)
            let end = try call.number(1, "end", default: nil)
            let count = try call.declared([try call.int(2, "steps", default: nil)])[0]
            let step = count > 1 ? (end - start) / Double(count - 1) : 0
            // From both ends, so that the last element is exact.
            return Tensor(dtype: call.dtype, shape: [count]) { out in
                for i in 0..<count {
                    let value = 2 * i < count ? start + Double(i) * step : end - Double(count - 1 - i) * step
                    (out + i).initialize(to: Scalar(value))
                }
            }
        }
        for form in ["eye.default", "eye.m"] {
            add(form) { call in
                let rows = try call.int(0, "n", default: nil)
                let columns = form == "eye.m" ? try call.int(1, "m", default: nil) : rows
                var eye = try Self.filled(call, [rows, columns], 0)
                for i in 0..<min(rows, columns) { eye.values[i * columns + i] = 1 }
                return eye
            }
        }
    }

    /// The number that fills a tensor, itself a tensor or a literal.
    private static func value(_ call: OperatorCall<Scalar>, _ position: Int) throws -> Scalar {
        guard let value = try call.operand(position, position == 0 ? "s" : "fill_value").values.first else {
            throw call.error("no value", hint: "give one")
        }
        return value
    }

    /// One value throughout.
    private static func filled(
        _ call: OperatorCall<Scalar>, _ shape: [Int], _ value: Scalar
    ) throws -> Tensor<Scalar> {
        let shape = try call.declared(shape)
        return Tensor(dtype: call.dtype, shape: shape) { out in
            out.initialize(repeating: value, count: shape.reduce(1, *))
        }
    }

    private static func ramp(
        _ call: OperatorCall<Scalar>, start: Double, end: Double, step: Double
    ) throws -> Tensor<Scalar> {
        let length = ((end - start) / step).rounded(.up)
        guard length >= 0, length < 0x1p40 else {
            throw call.error("\(start) to \(end) by \(step)", hint: "step from start towards the end")
        }
        let count = try call.declared([Int(length)])[0]
        return Tensor(dtype: call.dtype, shape: [count]) { out in
            Parallel.run(count) { range in
                for i in range { (out + i).initialize(to: Scalar(start + Double(i) * step)) }
            }
        }
    }
}
