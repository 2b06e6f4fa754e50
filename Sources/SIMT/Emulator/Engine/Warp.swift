import CSIMT

/// Lanes of a warp that are at the same instruction.
struct Fragment {
    /// Why a fragment does not run.
    enum State: UInt8 {
        case runnable
        /// Waits at a `.sync` instruction for lanes that its mask names.
        case gathering
        /// Waits at the barrier of the block with number `barrier`.
        case barrier
    }

    var pc: Int32
    /// Frames below the one it runs in.
    var depth: Int32
    var mask: UInt32
    /// Times it used up its budget since others could run; those with fewer go first.
    var turns: UInt32 = 0
    var state = State.runnable
    var barrier: UInt8 = 0
}

/// One warp of a block; the memory it points to belongs to the engine.
struct Warp {
    /// The number in the block.
    var number: Int32 = 0
    /// The lanes that are threads of the block, and those that have not ended.
    var threads: UInt32 = 0
    var live: UInt32 = 0
    var fragmentCount: Int32 = 0
    /// At most one for each lane, and one more while a fragment is split.
    var fragments: UnsafeMutablePointer<Fragment>
    /// The frames, one after the other.
    var registers: UnsafeMutablePointer<CChar>
    /// The return addresses, 32 for each frame.
    var returns: UnsafeMutablePointer<Int32>
    /// `%tid` of the lanes: x, y and z, 32 each.
    var threadIndices: UnsafeMutablePointer<UInt32>
    var localWindow: kw_window

    /// Appends a fragment.
    mutating func add(_ fragment: Fragment) {
        fragments[Int(fragmentCount)] = fragment
        fragmentCount += 1
    }
}

/// What stopped a fragment or a warp.
enum Outcome {
    /// Another fragment may have to go first, or this one may merge with another.
    case reschedule
    /// Fragments of the warp that waited run again, and one of them may have to go first.
    case regroup
    /// It waits.
    case blocked
    /// Its budget is used up, or it asked to let others run.
    case yield
    /// The kernel did something wrong; the engine knows what.
    case fault
}
