/// Variables and their initial contents.
extension PTXParser {
    /// The variables of one directive, which starts at its state space.
    mutating func variables(_ linkage: PTXLinkage) throws(PTXError) -> [PTXVariable] {
        let spaces: [String: PTXStateSpace] = [
            "global": .global, "const": .const, "shared": .shared, "local": .local, "param": .param,
        ]
        guard cursor.token.kind == .dotted, let space = spaces[cursor.token.text] else {
            throw cursor.error(
                .syntax, "\(cursor.token.description) starts no variable",
                hint: "known: .global .const .shared .local .param")
        }
        cursor.advance()
        var alignment: Int?
        var vectorWidth = 1
        var type: PTXType?
        while cursor.token.kind == .dotted {
            let word = cursor.advance()
            switch word.text {
            case "align": alignment = try alignmentValue()
            case "v2": vectorWidth = 2
            case "v4": vectorWidth = 4
            case "attribute": try skipAttribute()
            default: type = try storedType(word)
            }
        }
        guard let type else { throw cursor.error(.syntax, "a variable without a type") }
        var variables: [PTXVariable] = []
        repeat {
            let name = try cursor.name("the name of a variable")
            var variable = PTXVariable(
                name: name.text, space: space, type: type, vectorWidth: vectorWidth,
                alignment: alignment ?? type.byteCount * vectorWidth, linkage: linkage, line: name.line)
            variable.dimensions = try extents()
            try checkSize(variable, name)
            if cursor.take("=") { try initialize(&variable, name) }
            variables.append(variable)
        } while cursor.take(",")
        try cursor.expect(";", "after a variable")
        return variables
    }

    mutating func alignmentValue() throws(PTXError) -> Int {
        let token = cursor.token
        let value = try cursor.number("an alignment", in: 1...(1 << 20))
        guard value & (value - 1) == 0 else {
            throw cursor.error(.syntax, "the alignment \(value)", hint: "a power of 2", at: token)
        }
        return value
    }

    /// The type named by a modifier that was stepped over, if memory can hold it.
    func storedType(_ word: PTXToken) throws(PTXError) -> PTXType {
        guard let type = PTXType(rawValue: word.text), type != .pred, type.bitWidth >= 8 else {
            let known = PTXType.storable.map { "." + $0.rawValue }.joined(separator: " ")
            throw cursor.error(.unsupported, "unknown type .\(word.text)", hint: "known: " + known, at: word)
        }
        return type
    }

    /// `[4][8]`, `[]` or nothing; an extent that is not given is 0.
    mutating func extents() throws(PTXError) -> [Int] {
        var extents: [Int] = []
        while cursor.take("[") {
            if cursor.take("]") {
                guard extents.isEmpty else {
                    throw cursor.error(.syntax, "only the first extent of an array may be missing")
                }
                extents.append(0)
                continue
            }
            let start = cursor.token
            let value = try cursor.constant()
            guard value > 0, value <= 1 << 40 else {
                throw cursor.error(.syntax, "an array of \(value) elements", hint: "at least 1", at: start)
            }
            extents.append(Int(value))
            try cursor.expect("]", "after the extent of an array")
            guard extents.count <= 32 else { throw cursor.error(.unsupported, "more than 32 extents") }
        }
        return extents
    }

    private func checkSize(_ variable: PTXVariable, _ name: PTXToken) throws(PTXError) {
        var bytes = variable.type.byteCount * variable.vectorWidth
        for extent in variable.dimensions {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= 1 << 40 else {
                throw cursor.error(.syntax, "\(variable.name) has more than 1 TiB", at: name)
            }
            bytes = product
        }
    }

    private mutating func skipAttribute() throws(PTXError) {
        try cursor.expect("(", "after .attribute")
        while !cursor.token.isPunctuation(")"), cursor.token.kind != .end { cursor.advance() }
        try cursor.expect(")", "after an attribute")
    }

    // MARK: Initial contents

    private mutating func initialize(_ variable: inout PTXVariable, _ name: PTXToken) throws(PTXError) {
        guard variable.space == .global || variable.space == .const else {
            throw cursor.error(.syntax, "an initial value in \(variable.space.rawValue) memory")
        }
        if variable.dimensions.first == 0 {
            variable.dimensions[0] = try countElements()
            try checkSize(variable, name)
        }
        var initializer = PTXInitializer(bytes: [])
        // A short text can ask for large arrays, and for many of them.
        initialBytes += variable.byteCount
        guard initialBytes <= 1 << 28 else {
            throw cursor.error(.unsupported, "initial values of \(initialBytes) bytes", hint: "at most 256 MiB")
        }
        initializer.bytes = [UInt8](repeating: 0, count: variable.byteCount)
        let extents = variable.dimensions + (variable.vectorWidth > 1 ? [variable.vectorWidth] : [])
        try fill(&initializer, variable.type, extents[...], at: 0)
        variable.initializer = initializer
    }

    /// Elements of the braces at the cursor, which stays where it is.
    private func countElements() throws(PTXError) -> Int {
        var ahead = cursor
        guard ahead.take("{") else { throw cursor.error(.syntax, "an array without an extent or a list") }
        var depth = 0
        var count = 1
        while depth >= 0 {
            let token = ahead.advance()
            switch token.text {
            case "{", "(": depth += 1
            case "}", ")": depth -= 1
            case "," where depth == 0: count += 1
            default:
                guard token.kind != .end else { throw ahead.error(.syntax, "a list that does not end") }
            }
        }
        return count
    }

    private mutating func fill(
        _ initializer: inout PTXInitializer, _ type: PTXType, _ extents: ArraySlice<Int>, at offset: Int
    ) throws(PTXError) {
        guard let extent = extents.first else {
            if cursor.take("{") {
                try element(&initializer, type, at: offset)
                try cursor.expect("}", "after an initial value")
            } else {
                try element(&initializer, type, at: offset)
            }
            return
        }
        let inner = extents.dropFirst()
        let stride = inner.reduce(type.byteCount, *)
        try cursor.expect("{", "as the initial value of an array")
        var index = 0
        // Without inner braces the elements of all inner extents follow each other.
        let isFlat = !inner.isEmpty && !cursor.token.isPunctuation("{")
        let count = isFlat ? extent * inner.reduce(1, *) : extent
        while !cursor.token.isPunctuation("}") {
            guard index < count else { throw cursor.error(.syntax, "more initial values than \(count)") }
            if isFlat {
                try element(&initializer, type, at: offset + index * type.byteCount)
            } else {
                try fill(&initializer, type, inner, at: offset + index * stride)
            }
            index += 1
            guard cursor.take(",") else { break }
        }
        try cursor.expect("}", "in a list of initial values")
    }

    private mutating func element(
        _ initializer: inout PTXInitializer, _ type: PTXType, at offset: Int
    ) throws(PTXError) {
        let isNegative = cursor.token.isPunctuation("-") && cursor.following.kind != .integer
        if cursor.token.kind == .single || cursor.token.kind == .double
            || (isNegative && (cursor.following.kind == .single || cursor.following.kind == .double))
        {
            write(try floatLiteral().bits(as: type), type.byteCount, to: &initializer, at: offset)
        } else if cursor.token.kind == .identifier, cursor.token.text != "WARP_SZ" {
            try relocate(&initializer, type.byteCount, byteIndex: 0, at: offset)
        } else if cursor.token.kind == .integer, cursor.following.isPunctuation("(") {
            // `0xFF00(name)` is one byte of an address.
            let mask = cursor.advance().bits
            try cursor.expect("(", "after the mask of an address")
            try relocate(&initializer, 1, byteIndex: mask.trailingZeroBitCount / 8, at: offset)
            try cursor.expect(")", "after the masked address")
        } else {
            write(UInt64(bitPattern: try cursor.constant()), type.byteCount, to: &initializer, at: offset)
        }
    }

    private func write(_ bits: UInt64, _ count: Int, to initializer: inout PTXInitializer, at offset: Int) {
        for byte in 0..<min(8, count) {
            initializer.bytes[offset + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))
        }
    }

    /// `name`, `generic(name)`, `name+8` or `generic(name)+8`.
    private mutating func relocate(
        _ initializer: inout PTXInitializer, _ byteCount: Int, byteIndex: Int, at offset: Int
    ) throws(PTXError) {
        var name = try cursor.name("the name of a variable or function")
        let isGeneric = name.text == "generic" && cursor.take("(")
        if isGeneric {
            name = try cursor.name("the name of a variable or function")
        }
        var addend = isGeneric ? try signedConstant() : 0
        if isGeneric { try cursor.expect(")", "after generic(") }
        addend &+= try signedConstant()
        guard symbols[name.text] != nil || functions[name.text] != nil else {
            throw cursor.error(.undeclared, "no variable or function \(name.text)", at: name)
        }
        initializer.relocations.append(
            PTXInitializer.Relocation(
                offset: offset, byteCount: byteCount, name: name.text, addend: addend, isGeneric: isGeneric,
                byteIndex: byteIndex))
    }

    /// The constant after a sign at the cursor; 0 if no sign is there.
    mutating func signedConstant() throws(PTXError) -> Int64 {
        guard cursor.token.isPunctuation("+") || cursor.token.isPunctuation("-") else { return 0 }
        return try cursor.constant()
    }

    /// A floating-point constant at the cursor, perhaps with a sign.
    mutating func floatLiteral() throws(PTXError) -> PTXImmediate {
        let isNegative = cursor.take("-")
        let token = cursor.advance()
        let sign: UInt64 = isNegative ? 1 : 0
        return token.kind == .single
            ? .single(UInt32(truncatingIfNeeded: token.bits ^ sign << 31)) : .double(token.bits ^ sign << 63)
    }
}
