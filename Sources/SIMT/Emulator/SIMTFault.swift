/// Something a kernel did wrong: where, who, and to which address.
public struct SIMTFault: Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// An access beyond the bytes of an allocation or of shared, local, constant or parameter memory.
        case outOfBounds
        /// An access where nothing is.
        case unmapped
        /// An address that is no multiple of the bytes accessed.
        case misaligned
        /// A store to memory that is only read.
        case readOnly
        /// The address of an atomic operation or barrier lies in memory that has none.
        case wrongSpace
        case trap
        /// `__assertfail`; the detail holds the message.
        case assertion
        /// Calls deeper than the emulator allows.
        case stackOverflow
        /// A call of an address that is no function.
        case callTarget
        /// An index past the table of a `brx.idx`.
        case branchIndex
        /// Threads wait at barriers that cannot complete.
        case barrierDeadlock
        /// Lanes wait for lanes that their mask names and that never come.
        case warpDeadlock
        /// A lane executes a `.sync` instruction whose mask leaves it out, or a matrix instruction lacks some lanes.
        case mask
        /// A barrier number past 15, or a number of threads that is no multiple of the warp.
        case barrierOperand
        /// The block ran more instructions than the options allow.
        case instructionLimit
        case uninitializedRead
        case sharedRace
        case globalRace
        case barrierDivergence
        /// A value is read from a lane that takes no part: it ended, or the mask leaves it out.
        case maskMisuse

        /// Whether it is a finding of a sanitizer: the launch goes on.
        public var isFinding: Bool {
            switch self {
            case .uninitializedRead, .sharedRace, .globalRace, .barrierDivergence, .maskMisuse: true
            default: false
            }
        }
    }

    public var kind: Kind
    public var kernel: String
    /// The function with the instruction; the kernel itself, or one it calls.
    public var function: String
    /// The line of the PTX text.
    public var line: Int
    /// The place in the CUDA source, if the text has it.
    public var location: PTXSourceLocation?
    /// The opcode with its modifiers.
    public var opcode: String
    public var block: SIMTExtent
    public var thread: SIMTExtent
    /// The generic address of the first wrong lane, if the fault has one.
    public var address: UInt64?
    /// Bytes that one thread accessed; 0 if nothing was accessed.
    public var byteCount: Int
    /// One line: what is wrong, e.g. how far past which allocation.
    public var detail: String

    public var description: String {
        let place = location.map { "source line \($0.line), " } ?? ""
        let at = address.map { " at 0x" + String($0, radix: 16) } ?? ""
        return "\(kind.rawValue)\(at): \(detail) (\(opcode), \(place)PTX line \(line) of \(function), "
            + "block \(block), thread \(thread))"
    }
}
