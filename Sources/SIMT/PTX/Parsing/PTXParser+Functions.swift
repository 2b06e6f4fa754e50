/// Functions: their heads and the declarations in their bodies.
extension PTXParser {
    /// A kernel or function; `.entry` or `.func` is already stepped over.
    mutating func function(isKernel: Bool, _ linkage: PTXLinkage) throws(PTXError) {
        let start = cursor.token
        var results: [PTXParameter] = []
        if !isKernel, cursor.take("(") { results = try parameters() }
        let name = try cursor.name(isKernel ? "the name of a kernel" : "the name of a function")
        var function = PTXFunction(name: name.text, isKernel: isKernel, linkage: linkage, line: start.line)
        function.results = results
        if cursor.take("(") { function.parameters = try parameters() }
        try launchBounds(&function)
        guard symbols[name.text] == nil else {
            throw cursor.error(.redeclared, "\(name.text) is a variable already", at: name)
        }
        let declared = functions[name.text]
        if let declared, module.functions[declared].hasBody, cursor.token.isPunctuation("{") {
            throw cursor.error(
                .redeclared, "\(name.text) has a body already", hint: "see line \(module.functions[declared].line)",
                at: name)
        }
        if let declared, !function.isCalled(like: module.functions[declared]) {
            throw cursor.error(
                .redeclared, "\(name.text) is declared with other parameters",
                hint: "see line \(module.functions[declared].line)", at: name)
        }
        let index = declared ?? module.functions.count
        if declared == nil {
            functions[name.text] = index
            module.functions.append(function)
        }
        if cursor.token.isPunctuation("{") {
            function.hasBody = true
            module.functions[index] = try body(of: function)
        } else {
            try cursor.expect(";", "after the declaration of a function")
        }
    }

    /// Parameters up to the closing parenthesis; the opening one is already stepped over.
    mutating func parameters() throws(PTXError) -> [PTXParameter] {
        var parameters: [PTXParameter] = []
        var end = 0
        while !cursor.take(")") {
            if !parameters.isEmpty { try cursor.expect(",", "between parameters") }
            var parameter = try self.parameter()
            parameter.offset = (end + parameter.alignment - 1) / parameter.alignment * parameter.alignment
            end = parameter.offset + parameter.byteCount
            parameters.append(parameter)
        }
        return parameters
    }

    private mutating func parameter() throws(PTXError) -> PTXParameter {
        let isRegister = cursor.takeDotted("reg")
        guard isRegister || cursor.takeDotted("param") else {
            throw cursor.error(
                .syntax, "\(cursor.token.description) starts no parameter", hint: "expected .param or .reg")
        }
        var alignment: Int?
        var type: PTXType?
        var pointer: PTXParameter.Pointer?
        while cursor.token.kind == .dotted {
            let word = cursor.advance()
            switch word.text {
            case "align":
                let value = try alignmentValue()
                if pointer == nil { alignment = value } else { pointer?.alignment = value }
            case "ptr": pointer = PTXParameter.Pointer(space: .generic, alignment: 1)
            case "global" where pointer != nil: pointer?.space = .global
            case "const" where pointer != nil: pointer?.space = .const
            case "shared" where pointer != nil: pointer?.space = .shared
            case "local" where pointer != nil: pointer?.space = .local
            case "pred" where isRegister: type = .pred
            default: type = try storedType(word)
            }
        }
        guard let type else { throw cursor.error(.syntax, "a parameter without a type") }
        let name = try cursor.name("the name of a parameter")
        let extents = try self.extents()
        guard extents.count < 2, !isRegister || extents.isEmpty else {
            throw cursor.error(.syntax, "\(name.text) has too many extents", at: name)
        }
        if let count = extents.first, count > 1 << 20 {
            throw cursor.error(.syntax, "\(name.text) has \(count) elements", hint: "at most 1 Mi", at: name)
        }
        return PTXParameter(
            name: name.text, type: type, count: extents.first, alignment: alignment ?? type.byteCount, offset: 0,
            pointer: pointer, register: isRegister ? PTXRegister(index: 0, type: type) : nil)
    }

    /// The directives between the head of a function and its body.
    private mutating func launchBounds(_ function: inout PTXFunction) throws(PTXError) {
        while cursor.token.kind == .dotted {
            let word = cursor.advance()
            switch word.text {
            case "maxntid": function.bounds.maximumThreads = try extentList()
            case "reqntid": function.bounds.requiredThreads = try extentList()
            case "minnctapersm":
                function.bounds.minimumBlocksPerMultiprocessor = try cursor.number("a number of blocks")
            case "maxnreg": function.bounds.maximumRegisters = try cursor.number("a number of registers")
            case "reqnctapercluster": function.bounds.requiredClusterBlocks = try extentList()
            case "maxclusterrank": function.bounds.maximumClusterBlocks = try cursor.number("a number of blocks")
            case "explicitcluster": function.bounds.isExplicitCluster = true
            case "noreturn": function.bounds.neverReturns = true
            case "pragma": function.pragmas += try pragma()
            case "abi_preserve", "abi_preserve_control": _ = try cursor.number("a number of registers")
            case "blocksareclusters", "unified": break
            default:
                throw cursor.error(
                    .unsupported, "unknown directive .\(word.text)",
                    hint: "known: .maxntid .reqntid .minnctapersm .maxnreg .reqnctapercluster .maxclusterrank"
                        + " .explicitcluster .noreturn .pragma",
                    at: word)
            }
        }
    }

    private mutating func extentList() throws(PTXError) -> [Int] {
        var extents: [Int] = []
        repeat { extents.append(try cursor.number("an extent", in: 1...(1 << 31))) } while cursor.take(",")
        return extents
    }

    // MARK: Bodies

    private mutating func body(of function: PTXFunction) throws(PTXError) -> PTXFunction {
        let start = cursor.token
        try cursor.expect("{", "before a body")
        var builder = PTXBodyBuilder(function)
        builder.open()
        while true {
            let token = cursor.token
            switch (token.kind, token.text) {
            case (.end, _):
                throw cursor.error(.syntax, "the body of \(function.name) does not end", hint: "expected }", at: start)
            case (.punctuation, "{"):
                cursor.advance()
                guard builder.depth <= 256 else {
                    throw cursor.error(.unsupported, "braces of this depth", hint: "at most 256 levels", at: token)
                }
                builder.open()
            case (.punctuation, "}"):
                cursor.advance()
                if builder.close() {
                    try builder.resolveLabels()
                    return builder.function
                }
            case (.punctuation, ";"):
                cursor.advance()
            case (.dotted, _):
                try directive(&builder)
            case (.identifier, _) where cursor.following.isPunctuation(":"):
                try label(&builder)
            default:
                try instruction(&builder)
            }
        }
    }

    private mutating func directive(_ builder: inout PTXBodyBuilder) throws(PTXError) {
        let token = cursor.token
        switch token.text {
        case "reg":
            cursor.advance()
            try registers(&builder)
        case "loc":
            cursor.advance()
            builder.location = try location()
        case "file":
            cursor.advance()
            try file()
        case "pragma":
            cursor.advance()
            builder.function.pragmas += try pragma()
        case "extern", "shared", "local", "param", "global", "const":
            let linkage: PTXLinkage = cursor.takeDotted("extern") ? .extern : .internal
            for variable in try variables(linkage) {
                guard builder.declare(variable) else {
                    throw PTXError(.redeclared, "\(variable.name) is declared twice", line: variable.line)
                }
            }
        default:
            throw cursor.error(
                .unsupported, "unknown directive .\(token.text)",
                hint: "known: .reg .loc .file .pragma .extern .shared .local .param .global .const")
        }
    }

    /// `.reg .b32 %r<12>, %a;`
    private mutating func registers(_ builder: inout PTXBodyBuilder) throws(PTXError) {
        let word = cursor.advance()
        guard word.kind == .dotted, let type = PTXType(rawValue: word.text), type == .pred || type.bitWidth >= 8
        else {
            throw cursor.error(
                .unsupported, "unknown register type \(word.description)",
                hint: "known: .pred .b8 to .b128, .u8 to .u64, .s8 to .s64, .f16 .f16x2 .bf16 .bf16x2 .f32 .f64",
                at: word)
        }
        repeat {
            let name = try cursor.name("the name of a register")
            var count: Int?
            if cursor.take("<") {
                count = try cursor.number("a number of registers")
                try cursor.expect(">", "after a number of registers")
            }
            guard builder.declare(register: name.text, count: count, type: type, line: name.line) else {
                throw cursor.error(.redeclared, "\(name.text) is declared twice in these braces", at: name)
            }
        } while cursor.take(",")
        try cursor.expect(";", "after registers")
    }

    /// A label, or what is named like one: a table of branch targets or a prototype of calls.
    private mutating func label(_ builder: inout PTXBodyBuilder) throws(PTXError) {
        let name = cursor.advance()
        cursor.advance()
        if cursor.takeDotted("branchtargets") {
            var targets: [PTXToken] = []
            repeat { targets.append(try cursor.name("a branch target")) } while cursor.take(",")
            try cursor.expect(";", "after branch targets")
            builder.declare(table: name.text, targets)
        } else if cursor.takeDotted("callprototype") || cursor.takeDotted("calltargets") {
            while !cursor.token.isPunctuation(";"), cursor.token.kind != .end { cursor.advance() }
            try cursor.expect(";", "after a call prototype")
            builder.declare(prototype: name.text)
        } else if !builder.declare(label: name.text) {
            throw cursor.error(.redeclared, "the label \(name.text) stands twice in these braces", at: name)
        }
    }
}

extension PTXFunction {
    /// Whether what one of two declarations is passed is what the other one takes.
    fileprivate func isCalled(like other: PTXFunction) -> Bool {
        isKernel == other.isKernel && Self.places(parameters) == Self.places(other.parameters)
            && Self.places(results) == Self.places(other.results)
    }

    private static func places(_ parameters: [PTXParameter]) -> [[Int]] {
        parameters.map { [$0.offset, $0.byteCount, $0.register == nil ? 0 : 1] }
    }
}
