/// Operands against what the operation wants, and the registers that an instruction reads and writes.
extension PTXInstruction {
    /// Throws if the operands are not those that the operation wants; `column` is where the opcode stands.
    func checkOperands(column: Int) throws(PTXError) {
        if case .call(let call) = operation { return try checkOperands(of: call, column) }
        let (required, optional) = operation.slots(count: operands.count)
        let slots = required + optional
        guard operands.count >= required.count, operands.count <= slots.count else {
            let legal = optional.isEmpty ? "\(required.count)" : "\(required.count) to \(slots.count)"
            throw PTXError(
                .operand, "\(operands.count) operands",
                hint: "expected \(legal): " + slots.map(\.description).joined(separator: ", "), line: line,
                column: column, opcode: opcode)
        }
        for (index, (slot, operand)) in zip(slots, operands).enumerated() where !slot.fits(operand) {
            throw PTXError(
                .operand, "operand \(index + 1) does not fit", hint: "expected \(slot.description)", line: line,
                column: column, opcode: opcode)
        }
    }

    private func checkOperands(of call: PTXCall, _ column: Int) throws(PTXError) {
        for operand in call.results + call.arguments {
            switch operand {
            case .register, .immediate: continue
            case .symbol(let symbol, _) where symbol.space == .param: continue
            default:
                throw PTXError(
                    .operand, "a call passes parameters, registers or constants only", line: line, column: column,
                    opcode: opcode)
            }
        }
    }

    /// The registers that the instruction writes, where its guard is true.
    public var written: [PTXRegister] {
        if case .call(let call) = operation { return call.results.flatMap(\.registers) }
        return parts.filter { $0.slot.isResult }.flatMap { $0.operand.registers }
    }

    /// The registers that the instruction reads, those of addresses and of the guard included; some may come twice.
    public var read: [PTXRegister] {
        let guarding = predicate.map { [$0.register] } ?? []
        if case .call(let call) = operation {
            var callee: [PTXRegister] = []
            if case .indirect(let register) = call.target { callee = [register] }
            return guarding + callee + call.arguments.flatMap(\.registers)
        }
        return guarding + parts.filter { !$0.slot.isResult }.flatMap { $0.operand.registers }
    }

    private var parts: [(slot: PTXSlot, operand: PTXOperand)] {
        let (required, optional) = operation.slots(count: operands.count)
        return Array(zip(required + optional, operands))
    }
}
