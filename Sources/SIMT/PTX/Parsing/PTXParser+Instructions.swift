/// Instructions and calls.
extension PTXParser {
    /// One instruction with its guard, up to its semicolon.
    mutating func instruction(_ builder: inout PTXBodyBuilder) throws(PTXError) {
        let start = cursor.token
        let predicate = try guardPredicate(&builder)
        let opcode = try cursor.name("an instruction")
        var words: [String] = []
        while cursor.token.kind == .dotted { words.append(cursor.advance().text) }
        guard words.count <= 32 else {
            throw cursor.error(.unsupported, "\(words.count) modifiers", hint: "at most 32", at: opcode)
        }
        var modifiers = PTXModifiers(opcode: opcode.text, words: words, line: opcode.line, column: opcode.column)
        var instruction = PTXInstruction(
            predicate: predicate, operation: .noEffect, operands: [], location: builder.location, line: start.line,
            opcode: modifiers.text)
        do throws(PTXError) {
            guard let known = PTXOpcode(rawValue: opcode.text) else {
                throw modifiers.error(.unsupported, "unknown opcode", hint: PTXOpcode.near(opcode.text))
            }
            switch known {
            case .call:
                let isUniform = modifiers.take("uni")
                try modifiers.finish()
                instruction.operation = .call(try call(isUniform: isUniform, &builder))
            case .bra:
                instruction.operation = try modifiers.operation(known)
                builder.refer(to: try cursor.name("a label"), operand: 0)
                instruction.operands = [.label(PTXLabel(name: "", instruction: 0))]
            case .brx:
                instruction.operation = try modifiers.operation(known)
                let index = try operand(&builder)
                try cursor.expect(",", "after the index of a branch")
                builder.refer(to: try cursor.name("a table of branch targets"), operand: 1, isTable: true)
                instruction.operands = [index, .labels([])]
            default:
                instruction.operation = try modifiers.operation(known)
                instruction.operands = try operands(&builder)
            }
            try cursor.expect(";", "after an instruction")
            try instruction.checkOperands(column: opcode.column)
        } catch {
            throw error.opcode == nil ? error.adding(opcode: modifiers.text) : error
        }
        builder.function.instructions.append(instruction)
    }

    private mutating func guardPredicate(_ builder: inout PTXBodyBuilder) throws(PTXError) -> PTXGuard? {
        guard cursor.take("@") else { return nil }
        let isNegated = cursor.take("!")
        let name = try cursor.name("a predicate")
        guard let register = builder.register(named: name.text) else {
            throw cursor.error(.undeclared, "no register \(name.text) in scope", at: name)
        }
        guard register.type == .pred else {
            throw cursor.error(.operand, "the guard \(name.text) is no predicate", at: name)
        }
        return PTXGuard(register: register, isNegated: isNegated)
    }

    /// `(results), callee, (arguments), prototype`, where only the callee must be there.
    private mutating func call(isUniform: Bool, _ builder: inout PTXBodyBuilder) throws(PTXError) -> PTXCall {
        var results: [PTXOperand] = []
        if cursor.take("(") {
            results = try callOperands(&builder)
            try cursor.expect(",", "after the results of a call")
        }
        let name = try cursor.name("the function to call")
        var target = PTXCall.Target.function(name.text)
        if let register = builder.register(named: name.text) {
            target = .indirect(register)
        } else if functions[name.text] == nil {
            throw cursor.error(.undeclared, "no function \(name.text)", at: name)
        }
        var arguments: [PTXOperand] = []
        if cursor.take(",") {
            if cursor.take("(") { arguments = try callOperands(&builder) }
            if case .indirect = target {
                _ = cursor.take(",")
                let prototype = try cursor.name("a call prototype")
                guard builder.hasPrototype(named: prototype.text) else {
                    throw cursor.error(.undeclared, "no call prototype \(prototype.text) in scope", at: prototype)
                }
            }
        }
        if case .function(let name) = target, let index = functions[name] {
            let callee = module.functions[index]
            guard callee.results.count == results.count, callee.parameters.count == arguments.count else {
                throw cursor.error(
                    .operand, "\(results.count) results and \(arguments.count) arguments for \(name)",
                    hint: "\(callee.results.count) and \(callee.parameters.count)")
            }
        }
        return PTXCall(target: target, results: results, arguments: arguments, isUniform: isUniform)
    }

    private mutating func callOperands(_ builder: inout PTXBodyBuilder) throws(PTXError) -> [PTXOperand] {
        var operands: [PTXOperand] = []
        while !cursor.take(")") {
            if !operands.isEmpty { try cursor.expect(",", "between the operands of a call") }
            operands.append(try operand(&builder))
        }
        return operands
    }
}

extension PTXError {
    /// The same error with the opcode of the instruction it happened in.
    func adding(opcode: String) -> PTXError {
        var copy = self
        copy.opcode = opcode
        return copy
    }
}
