/// Reads the tokens of a PTX text into a module.
struct PTXParser {
    var cursor: PTXCursor
    var module = PTXModule(version: .init(major: 0, minor: 0), target: [], addressSize: 32)
    /// Variables of the module by name.
    var symbols: [String: PTXSymbol] = [:]
    /// Positions in `module.functions` by name.
    var functions: [String: Int] = [:]
    var strings = PTXDebugStrings()
    /// The places that each place was inlined at, as far as `.loc` told so.
    var inlinedAt: [PTXSourcePosition: [PTXSourcePosition]] = [:]
    /// Bytes of the initial values so far.
    var initialBytes = 0

    init(_ tokens: [PTXToken]) {
        cursor = PTXCursor(tokens)
    }

    /// The module; throws at the first thing that is wrong or unknown.
    mutating func parse() throws(PTXError) -> PTXModule {
        guard cursor.takeDotted("version") else {
            throw cursor.error(.syntax, "\(cursor.token.description) stands first", hint: "expected .version")
        }
        module.version = try version()
        while cursor.token.kind != .end { try directive() }
        nameInlinedFunctions()
        return module
    }

    private mutating func version() throws(PTXError) -> PTXModule.Version {
        let parts = cursor.token.text.split(separator: ".")
        guard cursor.token.kind == .double, parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1])
        else { throw cursor.error(.syntax, "\(cursor.token.description) is no version", hint: "e.g. 8.5") }
        cursor.advance()
        return PTXModule.Version(major: major, minor: minor)
    }

    private mutating func directive() throws(PTXError) {
        let token = cursor.token
        guard token.kind == .dotted else {
            if cursor.take(";") { return }
            throw cursor.error(.syntax, "\(token.description) stands outside of functions", hint: Self.known)
        }
        switch token.text {
        case "target":
            cursor.advance()
            repeat { module.target.append(try cursor.name("a target").text) } while cursor.take(",")
        case "address_size":
            cursor.advance()
            module.addressSize = try cursor.number("the address size", in: 32...64)
        case "file":
            cursor.advance()
            try file()
        case "section":
            cursor.advance()
            try strings.read(&cursor)
        case "pragma":
            cursor.advance()
            module.pragmas += try pragma()
        case "extern", "visible", "weak", "common", "entry", "func", "global", "const", "shared":
            try declaration()
        default:
            throw cursor.error(.unsupported, "unknown directive .\(token.text)", hint: Self.known)
        }
    }

    private static let known =
        "known: .target .address_size .file .section .pragma .extern .visible .weak .common .entry .func .global .const"
        + " .shared"

    private mutating func declaration() throws(PTXError) {
        var linkage = PTXLinkage.internal
        let linkages: [String: PTXLinkage] = [
            "extern": .extern, "visible": .visible, "weak": .weak, "common": .common,
        ]
        while cursor.token.kind == .dotted, let word = linkages[cursor.token.text] {
            linkage = word
            cursor.advance()
        }
        if cursor.takeDotted("entry") { return try function(isKernel: true, linkage) }
        if cursor.takeDotted("func") { return try function(isKernel: false, linkage) }
        for variable in try variables(linkage) {
            guard symbols[variable.name] == nil, functions[variable.name] == nil else {
                // An external declaration may be repeated, or be followed by the definition.
                if let symbol = symbols[variable.name], module.variables[symbol.index].linkage == .extern {
                    module.variables[symbol.index] = variable
                    continue
                }
                if symbols[variable.name] != nil, variable.linkage == .extern { continue }
                throw PTXError(.redeclared, "\(variable.name) is declared twice", line: variable.line)
            }
            symbols[variable.name] = PTXSymbol(
                owner: .module, index: module.variables.count, space: variable.space, name: variable.name)
            module.variables.append(variable)
        }
    }

    /// The texts of a `.pragma`, which is already stepped over.
    mutating func pragma() throws(PTXError) -> [String] {
        var texts: [String] = []
        repeat { texts.append(try cursor.string("a pragma")) } while cursor.take(",")
        try cursor.expect(";", "after a pragma")
        return texts
    }

    // MARK: Places in the CUDA source

    /// `.file 1 "path"`, perhaps with a time and a size.
    mutating func file() throws(PTXError) {
        let number = try cursor.number("the number of a file")
        module.files[number] = try cursor.string("the path of a file")
        while cursor.take(",") { _ = try cursor.number("a time or size", in: 0...Int.max) }
    }

    /// `.loc 1 20 5`, perhaps with the function that was inlined and where.
    mutating func location() throws(PTXError) -> PTXSourceLocation {
        let position = try self.position()
        var location = PTXSourceLocation(file: position.file, line: position.line, column: position.column)
        while cursor.take(",") {
            let word = try cursor.name("function_name or inlined_at")
            switch word.text {
            case "function_name":
                location.function = try cursor.name("the label of a function name").text
                if cursor.take("+") {
                    let offset = try cursor.number("an offset")
                    location.function? += "+\(offset)"
                }
            case "inlined_at":
                let outer = try self.position()
                location.inlinedAt = [outer] + (inlinedAt[outer] ?? []).prefix(Self.inliningLimit - 1)
            default:
                throw cursor.error(
                    .syntax, "\(word.text) in .loc", hint: "known: function_name inlined_at", at: word)
            }
        }
        if inlinedAt[position] == nil, !location.inlinedAt.isEmpty, !location.inlinedAt.contains(position) {
            inlinedAt[position] = location.inlinedAt
        }
        return location
    }

    /// Places of inlining that are kept of each place, the innermost ones.
    private static let inliningLimit = 32

    private mutating func position() throws(PTXError) -> PTXSourcePosition {
        let file = try cursor.number("the number of a file")
        let line = try cursor.number("a line")
        return PTXSourcePosition(file: file, line: line, column: try cursor.number("a column"))
    }

    /// Puts names in the place of the labels of `.debug_str`, which may stand after the code.
    private mutating func nameInlinedFunctions() {
        var names: [String: String?] = [:]
        for function in module.functions.indices {
            for instruction in module.functions[function].instructions.indices {
                guard let label = module.functions[function].instructions[instruction].location?.function else {
                    continue
                }
                let name: String? = names[label] ?? self.name(at: label)
                names.updateValue(name, forKey: label)
                module.functions[function].instructions[instruction].location?.function = name
            }
        }
    }

    private func name(at label: String) -> String? {
        let parts = label.split(separator: "+")
        let offset = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return strings.string(at: String(parts[0]), offset: offset)
    }
}

extension PTXModule {
    /// Reads a PTX text of any version: lexes, parses, resolves names and checks operands.
    ///
    /// Throws `PTXError` with the line at the first thing that is wrong, or that this front end does not know.
    public init(parsing text: String) throws(PTXError) {
        var parser = PTXParser(try PTXLexer.tokens(of: text))
        self = try parser.parse()
    }
}
