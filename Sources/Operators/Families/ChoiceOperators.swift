import KernelIR
import Workloads

/// Elements chosen by a mask or between tensors as bounds: one map stage each.
enum ChoiceOperators {
    static let table: [String: Lowering] = [
        "aten.where.self": { call, builder throws(KernelwrightError) in
            let type = try call.resultType().dtype
            let (a, b) = (try call.tensor(1, "self"), try call.tensor(2, "other"))
            return [try chosen(call, try mask(call, 0, "condition"), a, b, type, &builder)]
        },
        "aten.masked_fill.Scalar": masked, "aten.masked_fill.Tensor": masked,
        "aten.clamp.Tensor": { call, builder throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let (low, high) = (try call.optionalTensor(1, "min"), try call.optionalTensor(2, "max"))
            guard low != nil || high != nil else { throw call.failure("min and max are both missing") }
            let result = try call.resultType().dtype
            let type = result.computing
            let views = try broadcast(call, [x] + [low, high].compactMap { $0 })
            let functions = (low == nil ? [] : [BinaryOperator.max]) + (high == nil ? [] : [.min])
            return [
                builder.map(call.name, views[0].shape, result) { point in
                    zip(functions, views.dropFirst()).reduce(views[0].element(point, as: type)) { value, bound in
                        .binary(bound.0, value, bound.1.element(point, as: type))
                    }.cast(from: type, to: result)
                }
            ]
        },
    ]

    private static let masked: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let value = try call.operand(2, "value", x.type)
        return [try chosen(call, try mask(call, 1, "mask"), value, x, x.type, &builder)]
    }

    private static func mask(_ call: Call, _ position: Int, _ keyword: String) throws(KernelwrightError) -> Tensor {
        let mask = try call.tensor(position, keyword)
        guard mask.type == .bool else { throw call.failure("a mask of \(mask.type.rawValue)", hint: "bool") }
        return mask
    }

    /// `a` where the mask holds, else `b`.
    private static func chosen(
        _ call: Call, _ mask: Tensor, _ a: Tensor, _ b: Tensor, _ type: DType, _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        let views = try broadcast(call, [mask, a, b])
        return builder.map(call.name, views[0].shape, type) { point in
            .select(views[0].element(point), views[1].element(point, as: type), views[2].element(point, as: type))
        }
    }

    private static func broadcast(_ call: Call, _ tensors: [Tensor]) throws(KernelwrightError) -> [Tensor] {
        guard let shape = Shape.broadcast(tensors.map(\.shape)) else {
            throw call.failure("shapes \(tensors.map(\.shape)) do not broadcast")
        }
        return tensors.map { $0.expanded(to: shape) }
    }
}
