/// One machine instruction.
public struct SASSInstruction: Sendable, Hashable {
    /// Bytes from the function's start; instructions have 16 bytes.
    public var address: Int
    /// The guard, e.g. `!P0`, `UP1`; nil for none. An instruction under `!PT` never runs.
    public var predicate: String?
    /// The opcode without modifiers, e.g. `LDG`.
    public var opcode: String
    /// What follows the opcode after dots, e.g. `["E", "128", "CONSTANT"]`.
    public var modifiers: [String]
    /// The operands as they are written, e.g. `R8, [R2.64]`.
    public var operands: String
    /// Where a branch goes: addresses in the function; several for a jump through a table.
    public var targets: [Int]
    /// The source lines: the innermost function's first, then its callers'; empty without line information.
    public var locations: [SASSLocation]
    /// Scheduling information; nil where the listing has no encodings.
    public var control: SASSControl?

    /// Makes an instruction; what is not given is absent.
    public init(
        address: Int, predicate: String? = nil, opcode: String, modifiers: [String] = [], operands: String = "",
        targets: [Int] = [], locations: [SASSLocation] = [], control: SASSControl? = nil
    ) {
        (self.address, self.predicate, self.opcode, self.modifiers) = (address, predicate, opcode, modifiers)
        (self.operands, self.targets, self.locations, self.control) = (operands, targets, locations, control)
    }

    /// The opcode with its modifiers, e.g. `LDG.E.128.CONSTANT`.
    public var mnemonic: String { ([opcode] + modifiers).joined(separator: ".") }

    /// Whether the guard is always false: the assembler pads some sequences with such instructions.
    public var neverRuns: Bool { predicate == "!PT" || predicate == "!UPT" }

    /// Whether the guard may be false in some threads.
    public var isGuarded: Bool { predicate.map { $0 != "PT" && $0 != "UPT" } ?? false }
}
