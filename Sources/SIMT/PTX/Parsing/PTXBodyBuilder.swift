/// The names that one pair of braces declares.
struct PTXBraces {
    /// Registers declared one by one or by a range such as `%r<12>`.
    struct Registers {
        /// 0 to `count - 1` follow the prefix; nil for a single register.
        var count: Int?
        var type: PTXType
        var line: Int
    }

    /// The braces around these.
    var parent: Int?
    /// Declarations by name or prefix; a prefix ends with `<`, which no name can hold.
    var declared: [String: Registers] = [:]
    /// Registers that were used, by name.
    var used: [String: PTXRegister] = [:]
    var symbols: [String: PTXSymbol] = [:]
    /// Labels by name, with the index of the instruction after them.
    var labels: [String: Int] = [:]
    /// `.branchtargets` by name.
    var tables: [String: [PTXToken]] = [:]
    /// `.callprototype` and `.calltargets`.
    var prototypes: Set<String> = []
}

/// A function whose body is being read: its instructions so far and the names in scope.
struct PTXBodyBuilder {
    /// A label that an instruction names; it may stand further down.
    private struct Reference {
        var token: PTXToken
        var braces: Int
        var instruction: Int
        var operand: Int
        /// Whether the name is that of a `.branchtargets` table.
        var isTable: Bool
    }

    var function: PTXFunction
    /// The place in the CUDA source of the instructions that come.
    var location: PTXSourceLocation?
    private var braces = [PTXBraces()]
    private var current = 0
    /// Braces that are open, those of the body included.
    private(set) var depth = 0
    private var references: [Reference] = []

    /// Starts a body with the parameters and results of the function in scope.
    init(_ function: PTXFunction) {
        self.function = function
        for (index, parameter) in function.parameters.enumerated() {
            braces[0].symbols[parameter.name] = PTXSymbol(
                owner: .parameter, index: index, space: .param, name: parameter.name)
        }
        for (index, result) in function.results.enumerated() {
            braces[0].symbols[result.name] = PTXSymbol(owner: .result, index: index, space: .param, name: result.name)
        }
        for index in self.function.parameters.indices where self.function.parameters[index].register != nil {
            self.function.parameters[index].register = addRegisterParameter(function.parameters[index])
        }
        for index in self.function.results.indices where self.function.results[index].register != nil {
            self.function.results[index].register = addRegisterParameter(function.results[index])
        }
    }

    private mutating func addRegisterParameter(_ parameter: PTXParameter) -> PTXRegister {
        braces[0].symbols[parameter.name] = nil
        return use(
            parameter.name, PTXBraces.Registers(count: nil, type: parameter.type, line: function.line), in: 0)
    }

    // MARK: Braces

    mutating func open() {
        braces.append(PTXBraces(parent: current))
        current = braces.count - 1
        depth += 1
    }

    /// Leaves the innermost braces; true if they were those of the body.
    mutating func close() -> Bool {
        current = braces[current].parent ?? 0
        depth -= 1
        return current == 0
    }

    // MARK: Declarations

    /// Declares a register, or with `count` that many with numbers after the name; false if the name is taken.
    mutating func declare(register name: String, count: Int?, type: PTXType, line: Int) -> Bool {
        let key = count == nil ? name : name + "<"
        guard braces[current].declared[key] == nil, braces[current].symbols[name] == nil else { return false }
        braces[current].declared[key] = PTXBraces.Registers(count: count, type: type, line: line)
        return true
    }

    /// Adds a variable of the function; false if the name is taken.
    mutating func declare(_ variable: PTXVariable) -> Bool {
        guard braces[current].symbols[variable.name] == nil, braces[current].declared[variable.name] == nil else {
            return false
        }
        braces[current].symbols[variable.name] = PTXSymbol(
            owner: .function, index: function.variables.count, space: variable.space, name: variable.name)
        function.variables.append(variable)
        return true
    }

    /// Puts a label before the next instruction; false if the braces have it already.
    mutating func declare(label name: String) -> Bool {
        guard braces[current].labels[name] == nil else { return false }
        braces[current].labels[name] = function.instructions.count
        function.labels.append(PTXLabel(name: name, instruction: function.instructions.count))
        return true
    }

    mutating func declare(table name: String, _ targets: [PTXToken]) {
        braces[current].tables[name] = targets
    }

    mutating func declare(prototype name: String) {
        braces[current].prototypes.insert(name)
    }

    // MARK: Names

    /// The register of that name in the innermost braces that declare it; nil if none does.
    mutating func register(named name: String) -> PTXRegister? {
        var place: Int? = current
        while let index = place {
            if let register = braces[index].used[name] { return register }
            if let declaration = braces[index].declared[name] { return use(name, declaration, in: index) }
            if let declaration = range(of: name, in: index) { return use(name, declaration, in: index) }
            place = braces[index].parent
        }
        return nil
    }

    /// The variable or parameter of that name in the innermost braces that declare it; nil if none does.
    func symbol(named name: String) -> PTXSymbol? {
        find { braces[$0].symbols[name] }
    }

    func hasPrototype(named name: String) -> Bool {
        find { braces[$0].prototypes.contains(name) ? true : nil } ?? false
    }

    private func find<Value>(_ look: (Int) -> Value?) -> Value? {
        var place: Int? = current
        while let index = place {
            if let value = look(index) { return value }
            place = braces[index].parent
        }
        return nil
    }

    /// The range that covers the name: some digits at its end are the number, the rest is the prefix.
    private func range(of name: String, in index: Int) -> PTXBraces.Registers? {
        guard !braces[index].declared.isEmpty else { return nil }
        // A range has fewer than 2³¹ registers, whatever the length of the name.
        let digits = name.reversed().prefix(10).prefix { $0.isASCII && $0.isNumber }.count
        for length in stride(from: 1, through: digits, by: 1) {
            let number = name.suffix(length)
            let prefix = String(name.dropLast(length))
            guard let value = Int(number), length == 1 || !number.hasPrefix("0"),
                let declaration = braces[index].declared[prefix + "<"], value < declaration.count ?? 0
            else { continue }
            return declaration
        }
        return nil
    }

    private mutating func use(_ name: String, _ declaration: PTXBraces.Registers, in index: Int) -> PTXRegister {
        let register = PTXRegister(index: function.registers.count, type: declaration.type)
        function.registers.append(
            PTXRegisterDeclaration(name: name, type: declaration.type, line: declaration.line))
        braces[index].used[name] = register
        return register
    }

    // MARK: Labels

    /// Notes that operand `operand` of the next instruction is the label, or table of labels, named by `token`.
    mutating func refer(to token: PTXToken, operand: Int, isTable: Bool = false) {
        references.append(
            Reference(
                token: token, braces: current, instruction: function.instructions.count, operand: operand,
                isTable: isTable))
    }

    /// Puts the places of all labels into the instructions that name them.
    mutating func resolveLabels() throws(PTXError) {
        var entries = 0
        for reference in references {
            current = reference.braces
            let opcode = function.instructions[reference.instruction].opcode
            let operand: PTXOperand
            if reference.isTable {
                guard let targets = find({ braces[$0].tables[reference.token.text] }) else {
                    throw undeclared("table of branch targets", reference.token, opcode)
                }
                entries += targets.count
                guard entries <= 1 << 20 else {
                    throw PTXError(
                        .unsupported, "tables of \(entries) branch targets", hint: "at most 1 Mi",
                        line: reference.token.line, column: reference.token.column, opcode: opcode)
                }
                var labels: [PTXLabel] = []
                for target in targets { labels.append(try label(target, opcode)) }
                operand = .labels(labels)
            } else {
                operand = .label(try label(reference.token, opcode))
            }
            function.instructions[reference.instruction].operands[reference.operand] = operand
        }
    }

    private func label(_ token: PTXToken, _ opcode: String) throws(PTXError) -> PTXLabel {
        guard let place = find({ braces[$0].labels[token.text] }) else { throw undeclared("label", token, opcode) }
        return PTXLabel(name: token.text, instruction: place)
    }

    private func undeclared(_ what: String, _ token: PTXToken, _ opcode: String) -> PTXError {
        PTXError(
            .undeclared, "no \(what) \(token.text) in scope", line: token.line, column: token.column, opcode: opcode)
    }
}
