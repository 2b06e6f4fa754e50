/// What an instruction does, with every modifier typed; the operands are in `PTXInstruction.operands`.
///
/// Operands stand in the order of the PTX manual, the destination first. The types and shapes are those of the
/// modifiers: registers may have another type of the same width (and loads, stores and conversions wider registers).
public enum PTXOperation: Sendable, Hashable {
    // MARK: Arithmetic: d, a, b, c as far as the operation has them

    case add(PTXArithmetic)
    case sub(PTXArithmetic)
    case mul(PTXArithmetic)
    /// d = a · b + c; whole numbers by `part`, floating point fused.
    case mad(PTXArithmetic)
    case fma(PTXArithmetic)
    case div(PTXArithmetic)
    case rem(PTXArithmetic)
    case abs(PTXArithmetic)
    case neg(PTXArithmetic)
    case min(PTXArithmetic)
    case max(PTXArithmetic)
    case rcp(PTXArithmetic)
    case sqrt(PTXArithmetic)
    case rsqrt(PTXArithmetic)
    case sin(PTXArithmetic)
    case cos(PTXArithmetic)
    /// Base-2 logarithm.
    case lg2(PTXArithmetic)
    /// Power of 2.
    case ex2(PTXArithmetic)
    case tanh(PTXArithmetic)
    /// |a − b| + c
    case sad(PTXArithmetic)
    /// The product of the low 24 bits; `low` keeps bits 0…31, `high` bits 16…47.
    case mul24(PTXArithmetic)
    case mad24(PTXArithmetic)
    /// The magnitude of the second source with the sign of the first.
    case copysign(PTXType)
    case dp(PTXDotProduct)

    // MARK: Bits

    case and(PTXType)
    case or(PTXType)
    case xor(PTXType)
    case not(PTXType)
    /// 1 if the source is 0, else 0.
    case cnot(PTXType)
    /// The amount is a `u32`, clamped to the width.
    case shl(PTXType)
    /// Signed types bring in the sign.
    case shr(PTXType)
    case shf(PTXFunnelShift)
    case popc(PTXType)
    case clz(PTXType)
    case brev(PTXType)
    /// Position of the highest bit that is not the sign; with `shiftAmount`, the shift that brings it to the top.
    case bfind(PTXType, shiftAmount: Bool)
    /// d, a, position, length
    case bfe(PTXType)
    /// d, inserted, base, position, length
    case bfi(PTXType)
    /// d, position, length; `wraps` counts both modulo 32, otherwise they are clamped.
    case bmsk(wraps: Bool)
    /// d, a, number of bits; extends the sign or, unsigned, zero.
    case szext(PTXType, wraps: Bool)
    /// d, mask, base, offset: position of the n-th set bit.
    case fns
    /// d or d|p, a, b, c, table, and with a combination a predicate.
    case lop3(PTXLogic)
    case prmt(PTXPermuteMode)

    // MARK: Comparison and selection

    /// p or p|q, a, b, and with a combination a predicate; q gets the negated comparison.
    case setp(PTXComparison)
    /// d, a, b, and with a combination a predicate; d becomes all ones or 0, or 1.0 or 0.0.
    case set(PTXComparison, result: PTXType)
    /// d, a, b, p
    case selp(PTXType)
    /// d, a, b, c: a where c ≥ 0; `condition` is the type of c.
    case slct(PTXType, condition: PTXType, flushesSubnormals: Bool)
    case testp(PTXFloatTest, PTXType)

    // MARK: Moves and conversions

    /// d, a; either may be a vector whose elements are packed, the first one lowest.
    case mov(PTXType)
    case cvt(PTXConversion)
    case cvtPack(PTXIntegerPacking)
    case cvta(PTXAddressConversion)
    /// p, a
    case isspacep(PTXStateSpace)

    // MARK: Memory

    case ld(PTXMemoryAccess)
    case st(PTXMemoryAccess)
    /// d, [a], b, and for `cas` c; d may be a sink.
    case atom(PTXAtomic)
    /// [a], b
    case red(PTXAtomic)
    case prefetch(PTXPrefetch)
    /// d, then whatever describes the policy; the result is only ever a cache policy.
    case createPolicy
    /// [shared], [global], bytes, and perhaps source bytes (or a predicate that ignores the source) and a policy.
    case cpAsync(PTXAsyncCopy)
    case cpAsyncCommitGroup
    /// n: waits until at most n groups are pending.
    case cpAsyncWaitGroup
    case cpAsyncWaitAll
    /// [mbarrier]; `countsPending` (not `.noinc`) raises the pending count first.
    case cpAsyncMbarrierArrive(space: PTXStateSpace, countsPending: Bool)

    // MARK: Warps

    /// d or d|p, a, lane, clamp, and (unless it is an old form without `.sync`) a mask.
    case shfl(PTXShuffleMode, isSync: Bool)
    /// d, predicate, and (unless it is an old form without `.sync`) a mask.
    case vote(PTXVoteMode, isSync: Bool)
    /// d or d|p, a, mask
    case match(PTXMatch)
    /// d, a, mask
    case redux(PTXReduction)
    case activemask
    /// d|p, mask: p is true in one lane.
    case elect

    // MARK: Synchronization

    /// For `reduce…` d first; barrier, perhaps threads; for `reduce…` a predicate last.
    case barrier(PTXBarrier)
    /// mask
    case warpBarrier
    case clusterBarrier(PTXClusterBarrier)
    case fence(PTXFence)
    case mbarrier(PTXMbarrier)

    // MARK: Matrices

    /// vector, [row address]
    case ldmatrix(PTXMatrixTransfer)
    /// [row address], vector
    case stmatrix(PTXMatrixTransfer)
    /// d, a: transposes an 8 × 8 matrix of 16-bit elements held in one register of each lane.
    case movmatrix
    case mma(PTXMatrixMultiply)
    case wmmaMultiply(PTXMatrixMultiply)
    /// vector, [a], perhaps the stride in elements
    case wmmaLoad(PTXFragmentAccess)
    /// [a], vector, perhaps the stride in elements
    case wmmaStore(PTXFragmentAccess)

    // MARK: Control

    /// label; `isUniform` promises that all active threads agree.
    case bra(isUniform: Bool)
    /// index, labels
    case brx(isUniform: Bool)
    case call(PTXCall)
    /// Returns from the function; ends the thread in a kernel.
    case ret(isUniform: Bool)
    case exit
    case trap
    case brkpt
    /// t: nanoseconds
    case nanosleep
    case griddepcontrol(PTXGridDependency)
    /// An instruction that changes nothing an emulator can see: `pmevent`, `setmaxnreg`.
    case noEffect
}
