/// What an instruction keeps busy, as far as timing goes.
public enum InstructionClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// FP32 add, multiply, fused multiply-add, compare, minimum.
    case single
    /// Packed or scalar fp16 and bf16 arithmetic.
    case half
    /// FP64 arithmetic.
    case double
    /// Integer arithmetic, logic, shifts, comparisons, address arithmetic, predicates.
    case integer
    /// Reciprocal, square root, exponential, logarithm, sine, hyperbolic tangent.
    case special
    /// Conversions between number formats.
    case conversion
    /// Matrix multiply-accumulate.
    case tensor
    /// Shuffles, votes, matches, warp reductions.
    case shuffle
    /// Loads from global memory.
    case globalLoad
    /// Stores to global memory.
    case globalStore
    /// Loads from local memory: spills and arrays that found no registers.
    case localLoad
    /// Stores to local memory.
    case localStore
    /// Loads from shared memory, `ldmatrix` included.
    case sharedLoad
    /// Stores to shared memory, `stmatrix` included.
    case sharedStore
    /// Atomics and reductions in global memory.
    case globalAtomic
    /// Atomics in shared memory.
    case sharedAtomic
    /// Copies from global to shared memory that pass no register: `cp.async`.
    case asyncCopy
    /// Loads from constant memory and parameters.
    case constantLoad
    /// Barriers of the block, fences, waits for asynchronous copies.
    case synchronization
    /// Branches, calls, exits.
    case control
    /// Moves and selections of registers, and everything else that only takes an issue slot.
    case move

    /// Whether a warp that needs the result waits for memory outside its SM's shared memory.
    ///
    /// Copies to shared memory are none: they are waited for by groups (`CodeCost.copyWaits`).
    public var isLongLoad: Bool { [.globalLoad, .localLoad, .globalAtomic].contains(self) }

    /// Whether it asks L1 for sectors.
    var asksL1: Bool {
        [.globalLoad, .globalStore, .localLoad, .localStore, .globalAtomic, .asyncCopy].contains(self)
    }
}
