import Devices
import KernelIR

/// What no compiler and no cache can spare a loop program on a CPU: lower bounds of arithmetic and of memory traffic.
///
/// An operation counts once for each different value that a work-group computes with it, as if the compiler moved it
/// out of every loop it does not depend on, shared it between all iterations and statements, and left out what nobody
/// reads. Groups share nothing. What a branch on data could pass over, divisions, library functions and what belongs to
/// the edges of blocks do not count at all.
///
/// Of each kernel's operands and results, different elements count once, less all that all caches together can keep
/// from one kernel to the next. Kernels that see parameters alone do not count: a call may leave them out.
struct LeastWork: Sendable, Hashable {
    private(set) var multiplications = 0.0
    private(set) var additions = 0.0
    /// Bytes between memory and the caches.
    private(set) var memoryBytes = 0.0

    /// Walks the whole program; O(statements · expression size²).
    init(_ program: LoopProgram, target: TargetProfile) {
        let buffers = Dictionary(program.buffers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        // The last level may be several caches, of which the profile names one: at most one a core.
        let caches = Double(target.cores) * Double(target.l1Bytes + target.l2Bytes + target.l3Bytes)
        // What depends on inputs.
        var varying = Set(program.buffers.filter { $0.role == .input }.map(\.name))
        for kernel in program.kernels {
            let work = KernelWork(kernel, buffers: buffers)
            guard !work.inputs.isDisjoint(with: varying) else { continue }
            varying.formUnion(work.outputs)
            multiplications += work.multiplications
            additions += work.additions
            memoryBytes += max(0, work.readBytes - caches) + max(0, work.writtenBytes - caches)
        }
    }

    /// Seconds of the arithmetic at the device's peak.
    ///
    /// A multiplication takes the place of a fused multiply-add, which is two operations of the peak. An addition may
    /// be a part of one, or find a unit beside it: twice as many are done in the same time at best.
    func arithmeticSeconds(_ ceilings: Ceilings) -> Double {
        max(2 * multiplications, additions) / ceilings.flopsPerSecond
    }

    /// Seconds of the traffic at the device's best rate.
    ///
    /// A copy may read what it is about to overwrite, which its rate does not count: half as much again.
    func memorySeconds(_ ceilings: Ceilings) -> Double {
        memoryBytes / max(ceilings.readBytesPerSecond, 1.5 * ceilings.copyBytesPerSecond)
    }
}
