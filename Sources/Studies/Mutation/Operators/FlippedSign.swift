import KernelIR

/// A sign is wrong.
struct FlippedSign: MutationOperator {
    let name = "flippedSign"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        switch expression {
        case .load(let load) where place.isDevice(load) && place.type(of: expression).isFloatingPoint:
            [Fault("\(load.buffer) negated", .unary(.negate, expression))]
        case .constant(let value, let type) where type.isFloatingPoint && value != 0:
            [Fault("\(value) negated", .constant(-value, type))]
        case .unary(.negate, let a): [Fault("not negated", a)]
        default: []
        }
    }
}
