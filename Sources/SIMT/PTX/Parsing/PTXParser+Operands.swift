/// Operands, with their names resolved.
extension PTXParser {
    /// The operands up to the semicolon, which stays.
    mutating func operands(_ builder: inout PTXBodyBuilder) throws(PTXError) -> [PTXOperand] {
        var operands: [PTXOperand] = []
        guard !cursor.token.isPunctuation(";") else { return operands }
        repeat { operands.append(try operand(&builder)) } while cursor.take(",")
        return operands
    }

    /// One operand, perhaps a pair.
    mutating func operand(_ builder: inout PTXBodyBuilder) throws(PTXError) -> PTXOperand {
        let first = try single(&builder)
        guard cursor.take("|") else { return first }
        return .pair(first, try single(&builder))
    }

    private mutating func single(_ builder: inout PTXBodyBuilder) throws(PTXError) -> PTXOperand {
        let token = cursor.token
        switch token.kind {
        case .single, .double:
            return .immediate(try floatLiteral())
        case .punctuation
        where token.text == "-"
            && (cursor.following.kind == .single || cursor.following.kind == .double):
            return .immediate(try floatLiteral())
        case .punctuation where token.text == "!" && cursor.following.kind == .identifier:
            cursor.advance()
            let name = cursor.advance()
            guard let register = builder.register(named: name.text) else { throw undeclared(name) }
            return .negated(register)
        case .punctuation where token.text == "[":
            cursor.advance()
            return .address(try address(&builder))
        case .punctuation where token.text == "{":
            cursor.advance()
            var elements: [PTXOperand] = []
            repeat {
                guard !cursor.token.isPunctuation("{") else { throw cursor.error(.syntax, "braces in a vector") }
                elements.append(try single(&builder))
            } while cursor.take(",")
            try cursor.expect("}", "in a vector")
            return .vector(elements)
        case .identifier where token.text != "WARP_SZ":
            return try named(&builder)
        default:
            guard cursor.startsConstant else {
                throw cursor.error(.syntax, "\(token.description) stands where an operand is expected")
            }
            return .immediate(.integer(try cursor.constant()))
        }
    }

    private mutating func named(_ builder: inout PTXBodyBuilder) throws(PTXError) -> PTXOperand {
        let name = cursor.advance()
        if name.text == "_" { return .sink }
        if let register = builder.register(named: name.text) { return .register(register) }
        if name.text.hasPrefix("%") {
            var axis: PTXSpecialRegister.Axis?
            if cursor.token.kind == .dotted, let known = PTXSpecialRegister.Axis(rawValue: cursor.token.text) {
                axis = known
                cursor.advance()
            }
            guard let special = PTXSpecialRegister(name: name.text, axis: axis) else {
                throw undeclared(name)
            }
            return .special(special)
        }
        if let symbol = builder.symbol(named: name.text) ?? symbols[name.text] {
            return .symbol(symbol, offset: try signedConstant())
        }
        guard functions[name.text] != nil else { throw undeclared(name) }
        return .function(name.text)
    }

    /// What stands in brackets; the opening one is already stepped over.
    private mutating func address(_ builder: inout PTXBodyBuilder) throws(PTXError) -> PTXAddress {
        var base = PTXAddress.Base.absolute
        var offset: Int64 = 0
        if cursor.token.kind == .identifier, cursor.token.text != "WARP_SZ" {
            let name = cursor.advance()
            if let register = builder.register(named: name.text) {
                guard register.type.bitWidth == 32 || register.type.bitWidth == 64 else {
                    throw cursor.error(
                        .operand, "\(name.text) is no address", hint: "a register of 32 or 64 bits", at: name)
                }
                base = .register(register)
            } else if let symbol = builder.symbol(named: name.text) ?? symbols[name.text] {
                base = .symbol(symbol)
            } else {
                throw undeclared(name)
            }
            offset = try signedConstant()
        } else {
            offset = try cursor.constant()
        }
        if cursor.token.isPunctuation(",") {
            throw cursor.error(
                .unsupported, "an address with coordinates", hint: "known: [register+offset] [name+offset]")
        }
        try cursor.expect("]", "in an address")
        return PTXAddress(base: base, offset: offset)
    }

    private func undeclared(_ name: PTXToken) -> PTXError {
        let what = name.text.hasPrefix("%") ? "register" : "register, variable or function"
        return cursor.error(.undeclared, "no \(what) \(name.text) in scope", at: name)
    }
}
