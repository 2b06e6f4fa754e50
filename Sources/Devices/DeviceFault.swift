/// What an emulator saw a kernel do wrong; a device would have gone on, or ended the process.
public struct DeviceFault: Sendable, Hashable, Codable {
    /// What sort of fault, as far as verdicts tell faults apart.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// An access where no buffer is.
        case outOfBounds
        /// A write to an input or a parameter.
        case readOnly
        /// Two work-items touch one location without an order between them.
        case race
        /// Everything else: misused barriers and masks, misaligned accesses, reads of what nobody wrote.
        case other
    }

    public var kind: Kind
    /// Kernel, place in the source, block, thread and address, in one line.
    public var message: String

    public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}
