/// The registers of an instruction, by number.
struct PTXRegisterUse {
    var reads: [Int] = []
    var writes: [Int] = []

    init(_ instruction: PTXInstruction) {
        if let predicate = instruction.predicate { reads.append(predicate.register.index) }
        if case .call(let call) = instruction.operation {
            reads += call.arguments.flatMap(\.registers).map(\.index)
            writes += call.results.flatMap(\.registers).map(\.index)
            if case .indirect(let register) = call.target { reads.append(register.index) }
        }
        let (required, optional) = instruction.operation.slots(count: instruction.operands.count)
        let slots = required + optional
        for (position, operand) in instruction.operands.enumerated() {
            let registers = operand.registers.map(\.index)
            if position < slots.count, slots[position].isResult { writes += registers } else { reads += registers }
        }
    }
}
