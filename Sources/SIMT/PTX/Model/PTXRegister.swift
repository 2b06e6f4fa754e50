/// A register of a function: its number in `PTXFunction.registers` and its declared type.
public struct PTXRegister: Sendable, Hashable {
    /// The number, dense from 0; registers of different scopes with the same name have different numbers.
    public var index: Int
    /// The declared type, which may differ in kind from the type of the instruction that uses it.
    public var type: PTXType

    public init(index: Int, type: PTXType) {
        self.index = index
        self.type = type
    }
}

/// A register that the body of a function names at least once.
public struct PTXRegisterDeclaration: Sendable, Hashable {
    /// The name as written, with its `%`.
    public var name: String
    public var type: PTXType
    /// The line of the PTX text that declares it.
    public var line: Int

    public init(name: String, type: PTXType, line: Int) {
        self.name = name
        self.type = type
        self.line = line
    }
}

/// The predicate under which an instruction runs: `@%p1` or `@!%p1`.
public struct PTXGuard: Sendable, Hashable {
    public var register: PTXRegister
    /// Whether the instruction runs where the predicate is false.
    public var isNegated: Bool

    public init(register: PTXRegister, isNegated: Bool) {
        self.register = register
        self.isNegated = isNegated
    }
}
