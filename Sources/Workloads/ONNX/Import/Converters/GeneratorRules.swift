import Foundation
import KernelIR

/// Tensors made from shapes and numbers.
enum GeneratorRules {
    static let table: [String: ImportRule] = [
        "Constant": constant,
        "Shape": { call, graph in
            let x = try call.input(0)
            func place(_ index: Int) -> Int { min(max(index < 0 ? index + x.rank : index, 0), x.rank) }
            let bound = 1 << 32
            let start = place(min(max(try call.int("start", default: 0), -bound), bound))
            let end = place(min(max(try call.int("end", default: x.rank), -bound), bound))
            return [graph.integers(Array(x.shape[start..<max(start, end)]))]
        },
        "Size": { call, graph in [graph.integers([try call.product(call.input(0).shape)], shape: [])] },
        "ConstantOfShape": { call, graph in
            let shape = try call.integers(0, "the shape")
            let value = try call.tensor("value") ?? .constant([0], [1], .float32)
            try call.require(value.count == 1, "value of shape \(value.shape)", hint: "give one element")
            return [try graph.full(value.known?[0] ?? 0, shape, value.dtype)]
        },
        "Range": range,
        "EyeLike": { call, graph in
            let x = try call.input(0)
            try call.require(x.rank == 2, "rank \(x.rank)", hint: "give a matrix")
            let dtype = try call.dtype("dtype") ?? x.dtype
            let bound = 1 << 41
            let k = min(max(try call.int("k", default: 0), -bound), bound)
            let row = try ramp(x.shape[0], &graph, shape: [x.shape[0], 1])
            let column = try ramp(x.shape[1], &graph, shape: [1, x.shape[1]])
            let isOn = try graph.binary("eq.Tensor", column, graph.add(row, Double(k)), dtype: .bool)
            return [try graph.cast(isOn, to: dtype)]
        },
        "HannWindow": window(0.5, 0.5, 0), "BlackmanWindow": window(0.42, 0.5, 0.08),
        "HammingWindow": window(25.0 / 46, 21.0 / 46, 0),
    ]

    private static let constant: ImportRule = { call, graph in
        if let value = try call.tensor("value") { return [value] }
        if try call.int("value_int") != nil {
            return [graph.integers([try call.int("value_int", default: 0)], shape: [])]
        }
        if let values = try call.integers("value_ints") { return [graph.integers(values)] }
        if call.has("value_float") { return [.constant([try call.float("value_float", default: 0)], [], .float32)] }
        if let values = try call.floats("value_floats") { return [.constant(values, [values.count], .float32)] }
        throw call.error("no numeric value", hint: "strings and sparse tensors are not supported")
    }

    /// The numbers 0, 1, … as a constant, or made by the workload where there are many.
    static func ramp(_ count: Int, _ graph: inout GraphComposer, shape: [Int]) throws -> ImportedValue {
        if count <= ConstantFolding.largest { return graph.integers(Array(0..<count), shape: shape) }
        let type = TensorType(dtype: .int64, shape: [count])
        let line = try graph.emit(
            "aten.arange.default", [.int(count)], keywords: ["dtype": .string(DType.int64.torchName)], type)
        return try graph.reshape(line, shape)
    }

    private static let range: ImportRule = { call, graph in
        let numbers = try (0..<3).map { index in
            try call.number(index, ["the start", "the limit", "the delta"][index], default: 0)
        }
        let dtype = try call.input(0).dtype
        let (start, limit, delta) = (numbers[0], numbers[1], numbers[2])
        let steps = ((limit - start) / delta).rounded(.up)
        try call.require(
            delta != 0 && steps.isFinite && steps <= 0x1p40, "range from \(start) to \(limit) by \(delta)",
            hint: "a delta other than 0 and at most 2⁴⁰ elements")
        let count = Int(saturating: max(steps, 0))
        let line = try ramp(count, &graph, shape: [count])
        if let places = line.constant {
            let values = places.map { start + $0 * delta }
            if let folded = ConstantFolding.constant(values, [count], dtype) { return [folded] }
        }
        return [try graph.add(graph.mul(graph.cast(line, to: dtype), delta), start)]
    }

    /// A window a − b·cos(2πi/n) + c·cos(4πi/n), over n = size or, symmetric, size − 1.
    private static func window(_ a: Double, _ b: Double, _ c: Double) -> ImportRule {
        { call, graph in
            let size = Int(saturating: try call.number(0, "the size", default: 0))
            try call.require((0...1 << 20).contains(size), "size \(size)", hint: "0 ... 2²⁰")
            let dtype = try call.dtype("output_datatype") ?? .float32
            let period = Double(try call.flag("periodic", default: true) ? size : size - 1)
            let values = (0..<size).map { index in
                let turn = 2 * Double.pi * Double(index) / max(period, 1)
                return a - b * cos(turn) + c * cos(2 * turn)
            }
            return [.constant(values.map(dtype.rounded), [size], dtype)]
        }
    }
}
