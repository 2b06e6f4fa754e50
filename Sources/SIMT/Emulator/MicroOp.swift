import CSIMT

/// What the engine runs: an instruction of PTX, or a part of one, with every operand a place in memory.
///
/// Places (`Slot`) are offsets in bytes: from 0 up in the frame of the running function, below 0 from the end of the
/// constants, so that one addition finds either. See `kw_frame`.
struct MicroOp {
    /// How the engine treats an operation.
    enum Kind: UInt8 {
        /// Calls `function` on the lanes.
        case lanes
        /// Goes to `target` where the guard is true.
        case branch
        /// `a` is an index, `immediate` the place of the table, `target` its length.
        case branchTable
        case call, callIndirect, ret, exit, trap
        /// Writes the special register `detail` to `d`.
        case special
        /// Writes the local address of byte `immediate` of the function's frame to `d`.
        case localAddress
        /// `target` is the number of the access, `detail` its space.
        case load, store, atomic
        case barrier, warpBarrier, shuffle, vote, match, reduce, activeMask, elect
        /// Requires that all lanes of the warp are here.
        case wholeWarp
        /// `target` is the number of the product.
        case multiply
        case mbarrier
        /// Lets other warps run first.
        case yield
        case assertFail, print
        /// A fence; matters to sanitizers only.
        case fence
        /// Asynchronous copies end a group, and wait until at most `immediate` groups (−1: none at all) are pending.
        case asyncCommit, asyncWait
        case nothing
    }

    var function: kw_lane_function?
    var immediate: Int64 = 0
    var d: Slot = 0
    var a: Slot = 0
    var b: Slot = 0
    var c: Slot = 0
    var e: Slot = 0
    /// The predicate that switches lanes on, exclusive or with `guardFlip`.
    var guardSlot: Slot = 0
    var guardFlip: UInt32 = 0
    /// An index: of a micro-op, an access, a product or a table, by kind.
    var target: Int32 = 0
    /// The number of the instruction in `KernelCode.instructions`.
    var instruction: Int32 = 0
    var kind = Kind.lanes
    /// 1 for the first operation of an instruction, else 0: what it adds to the counts.
    var weight: UInt8 = 0
    /// A small choice by kind.
    var detail: UInt8 = 0
    /// Another small choice by kind.
    var option: UInt8 = 0
}

/// The place of a register, predicate or constant of a warp; see `MicroOp`.
typealias Slot = Int32

/// Which memory an access means.
enum AccessSpace: UInt8 {
    case global, shared, local, constant
    /// The parameters of a kernel.
    case parameter
    /// The frame of the running function in local memory, and the frame of the function it calls.
    case frame, nextFrame
    /// The address decides.
    case generic
}

/// What `MicroOp.option` of loads and stores tells those who watch.
enum AccessOption {
    /// A copy of parameters around a call; nobody looks at it.
    static let hidden: UInt8 = 1
    /// The store of an asynchronous copy.
    static let asynchronous: UInt8 = 2
}

/// A special register that is not a constant of the kernel.
enum SpecialCode: UInt8 {
    case tidX, tidY, tidZ, ntidX, ntidY, ntidZ, ctaidX, ctaidY, ctaidZ, nctaidX, nctaidY, nctaidZ
    case warpid, nwarpid, smid, clock, clock64, dynamicShared, totalShared
}
