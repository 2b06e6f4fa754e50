/// What blocks of a launch wrote to one allocation of global memory.
public struct SIMTWrites: Sendable, Hashable {
    /// The generic address of the allocation.
    public var address: UInt64
    /// Distinct bytes by the linear index of the block that wrote them. Of a word of four bytes of which several blocks
    /// wrote parts, only that of the last one counts.
    public var bytes: [Int: Int]
}
