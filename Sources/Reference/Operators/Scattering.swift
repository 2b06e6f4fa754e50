import KernelIR
import Workloads

/// Operators that write elements to places other tensors name; of several writes to one place the last one counts.
extension OperatorTable {
    mutating func addScattering() {
        addIndexWrites()
        addScatters()
        for form in ["scatter_reduce.two", "scatter_reduce_.two"] {
            add(form) { call in try Self.reduced(call) }
        }
    }

    private mutating func addIndexWrites() {
        for form in ["index_put.default", "index_put_.default", "_unsafe_index_put.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                let index = try AdvancedIndex(call, 1, of: x.shape)
                let values = try call.tensor(2, "values")
                guard Shape.broadcast([values.shape, index.shape]) == index.shape else {
                    throw call.error("\(values.shape) does not fill \(index.shape)", hint: "only extents of 1 grow")
                }
                let adds = try call.bool(3, "accumulate", default: false)
                return x.writing(values.expanded(to: index.shape).values, to: index.places.flat) { adds ? $0 + $1 : $1 }
            }
        }
        for name in ["index_add", "index_copy"] {
            for form in [name + ".default", name + "_.default"] {
                add(form) { call in
                    let (places, shape) = try Self.lines(call)
                    let source = try call.tensor(3, "source")
                    guard source.values.count == shape.reduce(1, *), shape.count <= 1 || source.shape == shape else {
                        throw call.error("a source of shape \(source.shape)", hint: "give the shape \(shape)")
                    }
                    let alpha = Scalar(try call.number(4, "alpha", default: 1))
                    let adds = name == "index_add"
                    return try call.tensor(0).writing(source.values, to: places) { adds ? $0 + alpha * $1 : $1 }
                }
            }
        }
        for form in ["index_fill.int_Scalar", "index_fill_.int_Scalar", "index_fill.int_Tensor"] {
            add(form) { call in
                let places = try Self.lines(call).places
                let value = try call.operand(3, "value").values.first ?? 0
                return try call.tensor(0).writing(Array(repeating: value, count: places.count), to: places) { $1 }
            }
        }
    }

    private mutating func addScatters() {
        for name in ["scatter", "scatter_"] {
            for form in [".src", ".value", ".reduce", ".value_reduce"] {
                add(name + form) { call in
                    let combine = try Self.combination(call, try call.string(4, "reduce", default: "last"))
                    return try Self.scattered(call, combine)
                }
            }
        }
        for form in ["scatter_add.default", "scatter_add_.default"] {
            add(form) { call in try Self.scattered(call) { $0 + $1 } }
        }
    }

    private static func scattered(
        _ call: OperatorCall<Scalar>, _ combine: (Scalar, Scalar) -> Scalar
    ) throws -> Tensor<Scalar> {
        let (x, axis) = try call.tensorAndAxis(1)
        let index = try call.tensor(2, "index")
        return x.writing(try source(call, index), to: try call.places(in: x.shape, along: axis, index), combine)
    }

    /// `scatter_reduce`: with or without the elements that are there.
    private static func reduced(_ call: OperatorCall<Scalar>) throws -> Tensor<Scalar> {
        let (x, axis) = try call.tensorAndAxis(1)
        let index = try call.tensor(2, "index")
        let kind = try call.string(4, "reduce", default: nil)
        let combine = try combination(call, kind)
        let places = try call.places(in: x.shape, along: axis, index)
        let includesOld = try call.bool(5, "include_self", default: true)
        var counts = [Int](repeating: includesOld ? 1 : 0, count: x.values.count)
        var result = x
        for (place, value) in zip(places, try source(call, index)) {
            result.values[place] = counts[place] == 0 ? value : combine(result.values[place], value)
            counts[place] += 1
        }
        guard kind == "mean" else { return result }
        for place in result.values.indices where counts[place] > 1 {
            let mean = result.values[place] / Scalar(counts[place])
            result.values[place] = x.dtype.isInteger ? mean.rounded(.down) : mean
        }
        return result
    }

    private static func combination(
        _ call: OperatorCall<Scalar>, _ name: String
    ) throws -> @Sendable (Scalar, Scalar) -> Scalar {
        switch name {
        case "last": return { $1 }
        case "add", "sum", "mean": return { $0 + $1 }
        case "multiply", "prod": return { $0 * $1 }
        case "amax": return { Self.larger($0, $1) }
        case "amin": return { Self.smaller($0, $1) }
        default: throw call.error("unknown reduction \(name)", hint: "use sum, prod, mean, amax or amin")
        }
    }

    /// The elements to write: a number for all, or the leading part of a tensor.
    private static func source(_ call: OperatorCall<Scalar>, _ index: Tensor<Scalar>) throws -> [Scalar] {
        if let number = (call.node.argument(3, "value") ?? call.node.argument(3, "src"))?.doubleValue {
            return Array(repeating: Scalar(number), count: index.values.count)
        }
        let source = try call.tensor(3, "src")
        guard source.shape != index.shape else { return source.values }
        guard source.shape.count == index.shape.count, zip(index.shape, source.shape).allSatisfy({ $0 <= $1 }) else {
            throw call.error("a source of shape \(source.shape)", hint: "it must cover the index's \(index.shape)")
        }
        return source.picked(Dictionary(uniqueKeysWithValues: index.shape.enumerated().map { ($0, Array(0..<$1)) }))
            .values
    }

    /// The places of whole lines: all elements at the positions a vector names along one axis, and their shape.
    private static func lines(_ call: OperatorCall<Scalar>) throws -> (places: [Int], shape: [Int]) {
        let (x, axis) = try call.tensorAndAxis(1)
        let positions = try call.positions(2, extent: x.shape.isEmpty ? 1 : x.shape[axis])
        let places =
            x.shape.isEmpty ? AxisOffsets(tables: [positions]) : AxisOffsets(x.shape, axis: axis, at: positions)
        return (places.flat, places.shape)
    }
}

extension Tensor {
    /// The elements with others combined into them at the given places, in order.
    fileprivate func writing(
        _ source: [Scalar], to places: [Int], _ combine: (Scalar, Scalar) -> Scalar
    ) -> Tensor {
        var result = self
        result.values.withUnsafeMutableBufferPointer { out in
            for (place, value) in zip(places, source) { out[place] = combine(out[place], value) }
        }
        return result
    }
}
