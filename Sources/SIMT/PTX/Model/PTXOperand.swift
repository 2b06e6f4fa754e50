/// An operand of an instruction, with every name resolved.
public enum PTXOperand: Sendable, Hashable {
    case register(PTXRegister)
    /// `!%p1`: a predicate read as its negation.
    case negated(PTXRegister)
    case immediate(PTXImmediate)
    case special(PTXSpecialRegister)
    /// The address of a variable or parameter, with an offset in bytes, as a value in the variable's own space.
    case symbol(PTXSymbol, offset: Int64)
    /// The address of a function.
    case function(String)
    /// `[…]`: a place in memory.
    case address(PTXAddress)
    /// `{a, b, c, d}`; the first element holds the lowest bits or the lowest address.
    case vector([PTXOperand])
    /// `p|q`: two destinations.
    indirect case pair(PTXOperand, PTXOperand)
    /// `_`: the value is dropped.
    case sink
    /// The target of a branch.
    case label(PTXLabel)
    /// The table of `brx.idx`, in the order of `.branchtargets`.
    case labels([PTXLabel])

    /// The elements of a vector; of any other operand, the operand alone.
    public var elements: [PTXOperand] {
        if case .vector(let elements) = self { elements } else { [self] }
    }

    /// The registers that the operand names, in order; those of an address included.
    public var registers: [PTXRegister] {
        switch self {
        case .register(let register), .negated(let register): [register]
        case .address(let address): address.register.map { [$0] } ?? []
        case .vector(let elements): elements.flatMap(\.registers)
        case .pair(let first, let second): first.registers + second.registers
        default: []
        }
    }
}

/// A place in memory: a base and an offset in bytes.
public struct PTXAddress: Sendable, Hashable {
    /// What the offset is counted from.
    public enum Base: Sendable, Hashable {
        case register(PTXRegister)
        case symbol(PTXSymbol)
        /// Address zero: `[16]`.
        case absolute
    }

    public var base: Base
    public var offset: Int64

    public init(base: Base, offset: Int64) {
        self.base = base
        self.offset = offset
    }

    /// The base register, if the base is one.
    public var register: PTXRegister? {
        if case .register(let register) = base { register } else { nil }
    }
}

/// A variable or parameter that an operand names.
public struct PTXSymbol: Sendable, Hashable {
    /// The list that holds the declaration.
    public enum Owner: Sendable, Hashable {
        /// `PTXModule.variables`.
        case module
        /// `PTXFunction.variables`.
        case function
        /// `PTXFunction.parameters`.
        case parameter
        /// `PTXFunction.results`.
        case result
    }

    public var owner: Owner
    /// The position in that list.
    public var index: Int
    /// The space of the declaration.
    public var space: PTXStateSpace
    /// The name as written, for reports.
    public var name: String

    public init(owner: Owner, index: Int, space: PTXStateSpace, name: String) {
        self.owner = owner
        self.index = index
        self.space = space
        self.name = name
    }
}

/// A label with its place.
public struct PTXLabel: Sendable, Hashable {
    public var name: String
    /// Index in `PTXFunction.instructions`; the number of instructions when the label ends the body.
    public var instruction: Int

    public init(name: String, instruction: Int) {
        self.name = name
        self.instruction = instruction
    }
}
