/// One access of a warp to memory, as it happened.
public struct SIMTAccess: Sendable, Hashable {
    /// The memory that was reached.
    public enum Space: String, Sendable, Hashable, Codable, CaseIterable {
        case global, shared
    }

    /// What was done with it.
    public enum Effect: String, Sendable, Hashable, Codable, CaseIterable {
        case load, store, atomic
    }

    public var space: Space
    public var effect: Effect
    /// The position of the instruction in `SIMTCounters.entries`.
    public var instruction: Int
    /// The linear index of the block.
    public var block: Int
    /// The number of the warp in the block.
    public var warp: Int
    /// Addresses are generic ones for global memory, those of the block's shared memory for shared memory.
    public var lanes: WarpAccess
}

/// Whoever wants to see every access to global and shared memory, e.g. a model of caches.
///
/// Accesses come block by block, in the order in which the warps make them; a launch that is recorded runs on one core.
public protocol SIMTAccessRecorder: AnyObject {
    func record(_ access: SIMTAccess)
}
