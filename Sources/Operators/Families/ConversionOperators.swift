import KernelIR
import Workloads

/// Conversions between types, copies, and tensors of one number. What changes nothing costs no stage.
enum ConversionOperators {
    /// Conversions, which are views where the type stays.
    static let casts: Set<String> = [
        "aten.to.dtype", "aten.to.dtype_layout", "aten.to.device", "aten.to.other", "aten._to_copy.default",
        "aten.type_as.default",
    ]

    static let table: [String: Lowering] = {
        var table: [String: Lowering] = ["aten.copy.default": copy, "aten.full.default": full]
        table["aten.full_like.default"] = full
        for op in casts { table[op] = cast }
        for form in ["zeros.default", "zeros_like.default", "new_zeros.default"] { table["aten.\(form)"] = constant(0) }
        for form in ["ones.default", "ones_like.default", "new_ones.default"] { table["aten.\(form)"] = constant(1) }
        return table
    }()

    private static let cast: Lowering = { call, builder throws(KernelwrightError) in
        [converted(try call.tensor(0, "self"), to: try call.resultType().dtype, name: call.name, &builder)]
    }

    /// The second operand in the place of the first.
    private static let copy: Lowering = { call, builder throws(KernelwrightError) in
        let (target, source) = (try call.tensor(0, "self"), try call.tensor(1, "src"))
        guard Shape.broadcast([source.shape, target.shape]) == target.shape else {
            throw call.failure("shape \(source.shape) does not fill \(target.shape)")
        }
        let value = converted(source, to: try call.resultType().dtype, name: call.name, &builder)
        return [value.expanded(to: target.shape)]
    }

    private static let full: Lowering = { call, _ throws(KernelwrightError) in
        [try filled(try call.number(1, "fill_value", default: 0), call)]
    }

    private static func constant(_ value: Double) -> Lowering {
        { call, _ throws(KernelwrightError) in [try filled(value, call)] }
    }

    private static func filled(_ value: Double, _ call: Call) throws(KernelwrightError) -> Tensor {
        let result = try call.resultType()
        return Tensor(fill: value, result.dtype, result.shape)
    }

    private static func converted(
        _ x: Tensor, to type: DType, name: String, _ builder: inout ProgramBuilder
    ) -> Tensor {
        x.type == type ? x : builder.map(name, x.shape, type) { x.element($0, as: type) }
    }
}
