extension SASSInstruction {
    /// Reads `/*0070*/  @!P0 LDG.E.128 R8, [R2.64] ;   /* 0x… */`; nil for anything else.
    ///
    /// Targets are resolved when the whole function is known.
    init?(line: Substring) {
        guard line.hasPrefix("/*"), let end = line.firstRange(of: "*/"),
            let address = Int(line[..<end.lowerBound].dropFirst(2), radix: 16), address >= 0
        else { return nil }
        // Behind the semicolon stands the encoding.
        let body = line[end.upperBound...].prefix { $0 != ";" }
        var words = body.split(separator: " ", maxSplits: 1)
        var predicate: String?
        if let first = words.first, first.hasPrefix("@") {
            predicate = String(first.dropFirst())
            words = words.count > 1 ? words[1].split(separator: " ", maxSplits: 1) : []
        }
        guard let name = words.first, name.first?.isUppercase == true else { return nil }
        let parts = name.split(separator: ".").map(String.init)
        guard let opcode = parts.first else { return nil }
        var operands = words.count > 1 ? words[1] : ""
        while operands.last?.isWhitespace == true { operands.removeLast() }
        self.init(
            address: address, predicate: predicate, opcode: opcode, modifiers: Array(parts.dropFirst()),
            operands: String(operands.drop { $0 == " " }))
    }

    /// The names of the places that the operands mention: `` `(.L_x_3) ``, `BRANCH_TARGETS .L_x_1,.L_x_2`, `0x1a0`.
    var targetNames: [String] {
        guard flow.namesTarget else { return [] }
        if let range = operands.firstRange(of: "BRANCH_TARGETS ") {
            return operands[range.upperBound...].prefix { $0 != "\"" }.split(separator: ",").map {
                $0.filter { !$0.isWhitespace }
            }
        }
        if let start = operands.firstRange(of: "`(") {
            return [String(operands[start.upperBound...].prefix { $0 != ")" })]
        }
        return operands.split { $0 == "," || $0 == " " }.last.map { [String($0)] } ?? []
    }
}

extension SASSFunction {
    /// Leads branches to addresses by the labels, or by the address that is written.
    mutating func resolveTargets() {
        var places: [String: Int] = [:]
        for label in labels { places[label.name] = label.address }
        let known = Set(instructions.map(\.address))
        for index in instructions.indices {
            let names = instructions[index].targetNames
            guard !names.isEmpty else { continue }
            instructions[index].targets = names.compactMap { name in
                let written = name.hasPrefix("0x") ? Int(name.dropFirst(2), radix: 16) : nil
                return (places[name] ?? written).flatMap { known.contains($0) ? $0 : nil }
            }
        }
    }
}
