import KernelIR
import Workloads

/// Softmax and its logarithm in three stages: the maximum, the sum of exponentials below it, the result.
enum SoftmaxOperators {
    static let table: [String: Lowering] = [
        "aten.softmax.int": { call, builder throws(KernelwrightError) in try lower(call, &builder, isLogarithm: false)
        },
        "aten._softmax.default": { call, builder throws(KernelwrightError) in
            try lower(call, &builder, isLogarithm: false)
        },
        "aten.log_softmax.int": { call, builder throws(KernelwrightError) in
            try lower(call, &builder, isLogarithm: true)
        },
        "aten._log_softmax.default": { call, builder throws(KernelwrightError) in
            try lower(call, &builder, isLogarithm: true)
        },
    ]

    private static func lower(
        _ call: Call, _ builder: inout ProgramBuilder, isLogarithm: Bool
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
        let result = try call.resultType().dtype
        return [softmax(x, over: dimension, name: call.name, result, isLogarithm: isLogarithm, &builder)]
    }

    /// The softmax of a tensor along a dimension, or its logarithm, as stages of that name.
    static func softmax(
        _ x: Tensor, over dimension: Int, name: String, _ result: DType, isLogarithm: Bool = false,
        _ builder: inout ProgramBuilder
    ) -> Tensor {
        let type = result.accumulating
        let over = Set([dimension]).intersection(0..<x.rank)
        let greatest = builder.reduce(
            "\(name).max", x.shape, over: over, .maximumNumber(type), results: [("\(name).max", type)],
            lift: { [x.element($0, as: type)] }, finish: { _ in [.state(0)] })[0].expanded(to: x.shape)
        func shifted(_ point: [Index]) -> Expr { x.element(point, as: type) - greatest.element(point) }
        let sumName = "\(name).\(isLogarithm ? "logsum" : "scale")"
        let sum = builder.reduce(
            sumName, x.shape, over: over, .sum(type), results: [(sumName, type)],
            lift: { [.unary(.exp, shifted($0))] },
            finish: { _ in [isLogarithm ? .unary(.log, .state(0)) : .unary(.reciprocal, .state(0))] })[0].expanded(
                to: x.shape)
        return builder.map(name, x.shape, result) { point in
            let value =
                isLogarithm
                ? shifted(point) - sum.element(point) : .unary(.exp, shifted(point)) * sum.element(point)
            return value.cast(from: type, to: result)
        }
    }
}
