import KernelIR

/// An input or a parameter is read through a narrow type.
struct NarrowInput: MutationOperator {
    let format: NarrowFormat
    var name: String { "narrowInput." + format.rawValue }
    let faultClass = FaultClass.precision

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, let memory = place.memory[load.buffer], memory.type == .float32,
            memory.role == .input || memory.role == .parameter
        else { return [] }
        return [Fault("\(load.buffer) read as \(format.rawValue)", format.rounded(expression))]
    }
}
