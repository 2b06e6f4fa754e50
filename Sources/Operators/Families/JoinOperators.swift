import KernelIR
import Workloads

/// Operators whose elements come from one of several places: one map stage.
enum JoinOperators {
    static let table: [String: Lowering] = [
        "aten.cat.default": { call, builder throws(KernelwrightError) in
            let tensors = try call.tensors(0, "tensors")
            let result = try call.resultType()
            let dimension = try call.dimension(try call.integer(1, "dim", default: 0), rank: result.shape.count)
            return [join(tensors, along: dimension, name: call.name, result.dtype, &builder)]
        },
        "aten.stack.default": { call, builder throws(KernelwrightError) in
            let tensors = try call.tensors(0, "tensors")
            let result = try call.resultType()
            let dimension = try call.dimension(try call.integer(1, "dim", default: 0), rank: result.shape.count)
            let parts = tensors.map { $0.unsqueezed(dimension) }
            return [join(parts, along: dimension, name: call.name, result.dtype, &builder)]
        },
        "aten.pad.default": { call, builder throws(KernelwrightError) in
            let mode = call.node.argument(2, "mode")?.stringValue ?? "constant"
            guard mode == "constant" else { throw call.failure("mode \(mode)", hint: "constant") }
            return [try padded(call, try call.number(3, "value", default: 0), &builder)]
        },
        "aten.constant_pad_nd.default": { call, builder throws(KernelwrightError) in
            [try padded(call, try call.number(2, "value", default: 0), &builder)]
        },
        "aten.roll.default": roll,
    ]

    /// Operands that one stage chooses from: more are joined in groups first, so that no element passes by hundreds.
    private static let operandLimit = 16

    /// The tensors one behind the other along a dimension.
    static func join(
        _ tensors: [Tensor], along dimension: Int, name: String, _ type: DType, _ builder: inout ProgramBuilder
    ) -> Tensor {
        let operands = builder.regrouped(tensors, along: dimension, type)
        let whole = grouped(operands, along: dimension, name: name, type, &builder)
        if tensors.count > 1 { builder.note(.init(parts: tensors, dimension: dimension, whole: whole)) }
        return whole
    }

    private static func grouped(
        _ tensors: [Tensor], along dimension: Int, name: String, _ type: DType, _ builder: inout ProgramBuilder
    ) -> Tensor {
        guard tensors.count > operandLimit else { return chosen(tensors, along: dimension, name: name, type, &builder) }
        let groups = stride(from: 0, to: tensors.count, by: operandLimit).map {
            Array(tensors[$0..<min($0 + operandLimit, tensors.count)])
        }
        var joined: [Tensor] = []
        for (number, group) in groups.enumerated() {
            joined.append(chosen(group, along: dimension, name: "\(name).part\(number)", type, &builder))
        }
        return grouped(joined, along: dimension, name: name, type, &builder)
    }

    /// One map that reads from whichever operand a place belongs to.
    private static func chosen(
        _ tensors: [Tensor], along dimension: Int, name: String, _ type: DType, _ builder: inout ProgramBuilder
    ) -> Tensor {
        var parts: [(tensor: Tensor, start: Int)] = []
        var extent = 0
        for tensor in tensors {
            parts.append((tensor, extent))
            extent += tensor.shape[dimension]
        }
        var shape = tensors[0].shape
        shape[dimension] = extent
        return builder.map(name, shape, type) { point in
            parts.dropFirst().reduce(read(parts[0], point, dimension, type)) { rest, part in
                let inside = Bound(point[dimension] + -part.start, below: part.tensor.shape[dimension])
                return .select(.inside([inside]), read(part, point, dimension, type), rest)
            }
        }
    }

    private static func read(
        _ part: (tensor: Tensor, start: Int), _ point: [Index], _ dimension: Int, _ type: DType
    ) -> Expr {
        var place = point
        place[dimension] = point[dimension] + -part.start
        return part.tensor.element(place, within: [dimension], fill: 0, as: type)
    }

    /// The operand with a number around it; amounts come in pairs from the last dimension on, negative ones crop.
    private static func padded(
        _ call: Call, _ value: Double, _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        let x = try call.tensor(0, "self")
        let amounts = try call.integers(1, "pad")
        guard amounts.count % 2 == 0, amounts.count / 2 <= x.rank else {
            throw call.failure("\(amounts.count) amounts for rank \(x.rank)", hint: "two for each dimension")
        }
        var (shape, before, touched) = (x.shape, x.shape.map { _ in 0 }, [Int]())
        for pair in 0..<(amounts.count / 2) {
            let dimension = x.rank - 1 - pair
            guard amounts[2 * pair] != 0 || amounts[2 * pair + 1] != 0 else { continue }
            before[dimension] = amounts[2 * pair]
            shape[dimension] += amounts[2 * pair] + amounts[2 * pair + 1]
            touched.append(dimension)
        }
        guard shape.allSatisfy({ $0 > 0 }) else { throw call.failure("it crops \(x.shape) to \(shape)") }
        return builder.map(call.name, shape, x.type) { point in
            let place = zip(point, before).map { $0 + -$1 }
            return x.element(place, within: touched.reversed(), fill: value, as: x.type)
        }
    }

    /// Dimensions turned around: place p reads place p − shift, from the other end where that lies outside.
    private static let roll: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let shifts = try call.integers(1, "shifts")
        let dimensions = call.node.argument(2, "dims")?.intList ?? []
        guard !dimensions.isEmpty else {
            guard shifts.count == 1 else { throw call.failure("\(shifts.count) shifts", hint: "one, or give dims") }
            let flat = builder.reshape(x, to: [x.count], name: "\(call.name).flat")
            let turned = rolled(flat, by: [0: shifts[0]], name: call.name, &builder)
            return [builder.reshape(turned, to: x.shape, name: call.name)]
        }
        guard shifts.count == dimensions.count else {
            throw call.failure("\(shifts.count) shifts of \(dimensions.count) dimensions", hint: "one each")
        }
        var amounts: [Int: Int] = [:]
        for (shift, index) in zip(shifts, dimensions) {
            amounts[try call.dimension(index, rank: x.rank), default: 0] += shift
        }
        return [rolled(x, by: amounts, name: call.name, &builder)]
    }

    private static func rolled(
        _ x: Tensor, by amounts: [Int: Int], name: String, _ builder: inout ProgramBuilder
    ) -> Tensor {
        let ranges = Ranges(Box(x.shape) { _ in "i" }.axes)
        return builder.map(name, x.shape, x.type) { point in
            let place = point.enumerated().map { dimension, index in
                let extent = x.shape[dimension]
                let back = floorRemainder(-(amounts[dimension] ?? 0), extent)
                return back == 0 ? index : (index + back).remainder(by: extent, ranges)
            }
            return x.element(place)
        }
    }
}
