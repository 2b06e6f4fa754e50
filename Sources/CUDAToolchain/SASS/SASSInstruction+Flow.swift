extension SASSInstruction {
    /// What an instruction does to the order of execution.
    enum Flow {
        case straight
        case jump
        /// To one of several places, by a register.
        case table
        case call
        /// Names the place where threads meet again, and goes on.
        case mark
        case end

        var namesTarget: Bool { self != .straight && self != .end }
    }

    var flow: Flow {
        switch opcode {
        case "BRA", "JMP": .jump
        case "BRX", "BRXU", "JMX", "JMXU": .table
        // A call of a function comes back. To a place in the same function it leaves a loop without.
        case "CALL": operands.contains("`(.L_") ? .jump : .call
        case "BSSY": .mark
        // Threads that are not collected elsewhere go on at the named place.
        case "WARPSYNC": operands.contains("`(") ? .jump : .straight
        case "EXIT", "RET", "KILL", "RTT": .end
        default: .straight
        }
    }

    /// Where control may be after this instruction, apart from the next one.
    var successors: [Int] { flow == .jump || flow == .table ? targets : [] }

    /// Whether the next instruction may be reached from this one; calls come back to it.
    var mayContinue: Bool {
        switch flow {
        case .straight, .call, .mark: true
        case .table, .end: isGuarded
        // `BRA P1, …` has a second condition; `BRA.DIV` and `BRA.CONV` look at which threads are together.
        case .jump:
            isGuarded || operands.contains(",") || modifiers.contains("DIV") || modifiers.contains("CONV")
                || opcode == "WARPSYNC"
        }
    }
}
