import CSIMT

/// The code of one kernel with the functions it can call.
struct KernelCode: Sendable {
    /// An instruction of the PTX text, for reports.
    struct Instruction: Sendable {
        var function: String
        var line: Int
        var location: PTXSourceLocation?
        var opcode: String
        var unit: InstructionClass
    }

    var name: String
    /// All functions one after the other, the kernel first.
    var operations: [MicroOp]
    var accesses: [kw_access]
    var products: [kw_product]
    /// The targets of all `brx.idx`, table after table.
    var branchTargets: [Int32]
    var instructions: [Instruction]
    /// Where each function of the module starts; −1 for those that are not here.
    var entries: [Int32]
    /// The constants, so that a slot of `n` below zero is `n` bytes before the end.
    var constants: [UInt8]
    /// Bytes of the registers of one frame.
    var frameBytes: Int
    /// Bytes of the local memory that one frame gives each thread.
    var localFrameBytes: Int
    /// Frames at most, that of the kernel included.
    var depth: Int
    /// Bytes of shared memory that the kernel declares, with those at the start that nothing uses left out.
    var staticSharedBytes: Int
    /// The alignment that dynamic shared memory asks for.
    var dynamicSharedAlignment: Int
    var parameters: [PTXParameter]
    var parameterBytes: Int
    var bounds: PTXLaunchBounds

    /// Frames to have room for: a call that is one too deep passes its arguments before it is refused.
    var frameCount: Int { Self.frameCount(depth: depth) }

    static func frameCount(depth: Int) -> Int { depth > 1 ? depth + 1 : 1 }
}

extension MicroOp: @unchecked Sendable {}
