/// One instruction of a function, in its place in the flat list.
public struct PTXInstruction: Sendable, Hashable {
    /// The predicate under which it runs; nil runs always.
    public var predicate: PTXGuard?
    public var operation: PTXOperation
    /// In the order of the PTX manual, destination first; empty for `call`, which has its own.
    public var operands: [PTXOperand]
    /// The place in the CUDA source, from `.loc`.
    public var location: PTXSourceLocation?
    /// The line of the PTX text.
    public var line: Int
    /// The opcode with its modifiers as written, for reports only.
    public var opcode: String

    public init(
        predicate: PTXGuard? = nil, operation: PTXOperation, operands: [PTXOperand], location: PTXSourceLocation? = nil,
        line: Int, opcode: String
    ) {
        self.predicate = predicate
        self.operation = operation
        self.operands = operands
        self.location = location
        self.line = line
        self.opcode = opcode
    }
}

/// A place in the CUDA source.
public struct PTXSourceLocation: Sendable, Hashable {
    /// The number in `PTXModule.files`.
    public var file: Int
    public var line: Int
    public var column: Int
    /// The inlined function (mangled) that holds the place, where the debug strings name it.
    public var function: String?
    /// The places that the function was inlined at, innermost first; empty outside inlined code.
    public var inlinedAt: [PTXSourcePosition]

    public init(file: Int, line: Int, column: Int, function: String? = nil, inlinedAt: [PTXSourcePosition] = []) {
        self.file = file
        self.line = line
        self.column = column
        self.function = function
        self.inlinedAt = inlinedAt
    }
}

/// A file, line and column of the CUDA source.
public struct PTXSourcePosition: Sendable, Hashable {
    /// The number in `PTXModule.files`.
    public var file: Int
    public var line: Int
    public var column: Int

    public init(file: Int, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// The callee of a call and what goes in and out.
public struct PTXCall: Sendable, Hashable {
    /// Who is called.
    public enum Target: Sendable, Hashable {
        /// A function of the module, by name; it may be a declaration without a body.
        case function(String)
        /// The function whose address a register holds.
        case indirect(PTXRegister)
    }

    public var target: Target
    /// Parameter blocks (symbols of the `param` space) or registers that receive the results.
    public var results: [PTXOperand]
    /// Parameter blocks, registers or constants that are passed.
    public var arguments: [PTXOperand]
    /// Whether all active threads call the same function.
    public var isUniform: Bool

    public init(target: Target, results: [PTXOperand], arguments: [PTXOperand], isUniform: Bool) {
        self.target = target
        self.results = results
        self.arguments = arguments
        self.isUniform = isUniform
    }
}
