/// What each operation wants as operands.
extension PTXOperation {
    /// The operands that must be there, and those that may follow.
    ///
    /// Where optional operands stand in the middle, `count` (the operands that are there) decides.
    func slots(count: Int) -> (required: [PTXSlot], optional: [PTXSlot]) {
        let word = PTXSlot.value(32)
        switch self {
        case .ld, .st, .atom, .red, .prefetch, .createPolicy, .cpAsync, .cpAsyncCommitGroup, .cpAsyncWaitGroup,
            .cpAsyncWaitAll, .cpAsyncMbarrierArrive:
            return memorySlots(count)
        case .shfl, .vote, .match, .redux, .activemask, .elect, .barrier, .warpBarrier, .clusterBarrier, .fence,
            .mbarrier, .ldmatrix, .stmatrix, .movmatrix, .mma, .wmmaMultiply, .wmmaLoad, .wmmaStore:
            return collectiveSlots(count)
        case .bra: return ([.label], [])
        case .brx: return ([word, .labels], [])
        case .call, .ret, .exit, .trap, .brkpt, .griddepcontrol: return ([], [])
        case .nanosleep: return ([word], [])
        case .noEffect: return ([], [.anything, .anything, .anything])
        default: return (computingSlots, [])
        }
    }

    private var computingSlots: [PTXSlot] {
        let word = PTXSlot.value(32)
        switch self {
        case .add(let a), .sub(let a), .mul(let a), .div(let a), .rem(let a), .min(let a), .max(let a), .mul24(let a):
            return [.result(a.resultWidth)] + Self.values(2, a.type)
        case .mad(let a), .fma(let a), .sad(let a), .mad24(let a):
            return [.result(a.resultWidth)] + Self.values(2, a.type) + [.value(a.resultWidth)]
        case .abs(let a), .neg(let a), .rcp(let a), .sqrt(let a), .rsqrt(let a), .sin(let a), .cos(let a), .lg2(let a),
            .ex2(let a), .tanh(let a):
            return [.result(a.resultWidth)] + Self.values(1, a.type)
        case .copysign(let type), .and(let type), .or(let type), .xor(let type):
            return [.result(type.bitWidth)] + Self.values(2, type)
        case .not(let type), .cnot(let type), .brev(let type):
            return [.result(type.bitWidth)] + Self.values(1, type)
        case .shl(let type), .shr(let type): return [.result(type.bitWidth)] + Self.values(1, type) + [word]
        case .popc(let type), .clz(let type), .bfind(let type, _): return [.result(32)] + Self.values(1, type)
        case .bfe(let type): return [.result(type.bitWidth)] + Self.values(1, type) + [word, word]
        case .bfi(let type): return [.result(type.bitWidth)] + Self.values(2, type) + [word, word]
        case .bmsk, .szext: return [.result(32), word, word]
        case .dp, .fns, .prmt, .shf: return [.result(32), word, word, word]
        case .lop3(let logic):
            return logic.combination == nil
                ? [.result(32), word, word, word, .constant]
                : [.resultPair(32), word, word, word, .constant, .condition]
        case .setp(let comparison):
            return [.resultPair(1)] + Self.values(2, comparison.type) + Self.conditions(comparison)
        case .set(let comparison, let type):
            return [.result(type.bitWidth)] + Self.values(2, comparison.type) + Self.conditions(comparison)
        case .selp(let type): return [.result(type.bitWidth)] + Self.values(2, type) + [.condition]
        case .slct(let type, _, _): return [.result(type.bitWidth)] + Self.values(2, type) + [word]
        case .testp(_, let type): return [.result(1)] + Self.values(1, type)
        case .mov(let type): return [.packedResult(type.bitWidth), .packedValue(type.bitWidth)]
        case .cvt(let conversion):
            let source = PTXSlot.value(conversion.from.bitWidth, wide: true)
            return [.result(conversion.to.bitWidth, wide: true), source] + (conversion.isPacking ? [source] : [])
        case .cvtPack(let packing): return [.result(32), word, word] + (packing.hasCarriedBits ? [word] : [])
        case .cvta(let conversion): return [.result(conversion.type.bitWidth)] + Self.values(1, conversion.type)
        case .isspacep: return [.result(1), .value(32, wide: true)]
        default: return []
        }
    }

    private static func values(_ count: Int, _ type: PTXType) -> [PTXSlot] {
        Array(repeating: .value(type.bitWidth), count: count)
    }

    private static func conditions(_ comparison: PTXComparison) -> [PTXSlot] {
        comparison.combination == nil ? [] : [.condition]
    }

    private func memorySlots(_ count: Int) -> (required: [PTXSlot], optional: [PTXSlot]) {
        switch self {
        case .ld(let access):
            let width = access.type.bitWidth
            let result: PTXSlot =
                access.vectorWidth == 1
                ? .result(width, wide: true) : .results(width, count: access.vectorWidth, wide: true)
            return ([result, .place] + Self.policy(access.hasCachePolicy), [])
        case .st(let access):
            let width = access.type.bitWidth
            let value: PTXSlot =
                access.vectorWidth == 1
                ? .value(width, wide: true) : .values(width, count: access.vectorWidth, wide: true)
            return ([.place, value] + Self.policy(access.hasCachePolicy), [])
        case .atom(let atomic):
            let result: PTXSlot =
                atomic.vectorWidth == 1
                ? .result(atomic.type.bitWidth, droppable: true)
                : .results(atomic.type.bitWidth, count: atomic.vectorWidth)
            let more = atomic.operation == .cas ? [Self.operand(of: atomic)] : []
            return ([result, .place, Self.operand(of: atomic)] + more + Self.policy(atomic.hasCachePolicy), [])
        case .red(let atomic): return ([.place, Self.operand(of: atomic)] + Self.policy(atomic.hasCachePolicy), [])
        case .prefetch: return ([.place], [.constant])
        case .createPolicy: return ([.result(64)], Array(repeating: .anything, count: 4))
        case .cpAsync(let copy):
            let policy = Self.policy(copy.hasCachePolicy)
            let size: [PTXSlot] = count > 3 + policy.count ? [.anything] : []
            return ([.place, .place, .constant] + size + policy, [])
        case .cpAsyncWaitGroup: return ([.constant], [])
        case .cpAsyncMbarrierArrive: return ([.place], [])
        default: return ([], [])
        }
    }

    private static func policy(_ isThere: Bool) -> [PTXSlot] { isThere ? [.value(64)] : [] }

    private static func operand(of atomic: PTXAtomic) -> PTXSlot {
        let width = atomic.type.bitWidth
        return atomic.vectorWidth == 1 ? .value(width) : .values(width, count: atomic.vectorWidth)
    }

    private func collectiveSlots(_ count: Int) -> (required: [PTXSlot], optional: [PTXSlot]) {
        let word = PTXSlot.value(32)
        switch self {
        case .shfl(_, let isSync): return ([.resultPair(32), word, word, word] + (isSync ? [word] : []), [])
        case .vote(let mode, let isSync):
            return ([.result(mode == .ballot ? 32 : 1), .condition] + (isSync ? [word] : []), [])
        case .match(let match):
            return ([match.isAll ? .resultPair(32) : .result(32), .value(match.type.bitWidth), word], [])
        case .redux: return ([.result(32), word, word], [])
        case .activemask: return ([.result(32)], [])
        case .elect: return ([.resultPair(32), word], [])
        case .barrier(let barrier):
            switch barrier.action {
            case .sync: return ([word], [word])
            case .arrive: return ([word, word], [])
            case .reduceCount: return ([.result(32), word] + (count > 3 ? [word] : []) + [.condition], [])
            case .reduce: return ([.result(1), word] + (count > 3 ? [word] : []) + [.condition], [])
            }
        case .warpBarrier: return ([word], [])
        case .fence(let fence): return ([], fence.isProxy ? [.anything, .anything] : [])
        case .mbarrier(let barrier): return Self.slots(of: barrier)
        case .ldmatrix(let transfer): return ([.results(32, count: transfer.count), .place], [])
        case .stmatrix(let transfer): return ([.place, .values(32, count: transfer.count)], [])
        case .movmatrix: return ([.result(32), word], [])
        case .mma(let product): return (Self.slots(of: product, isFragment: false), [])
        case .wmmaMultiply(let product): return (Self.slots(of: product, isFragment: true), [])
        case .wmmaLoad(let access): return ([.results(access.width, count: access.registerCount), .place], [word])
        case .wmmaStore(let access): return ([.place, .values(access.width, count: access.registerCount)], [word])
        default: return ([], [])
        }
    }

    private static func slots(of barrier: PTXMbarrier) -> (required: [PTXSlot], optional: [PTXSlot]) {
        let word = PTXSlot.value(32)
        switch barrier.action {
        case .initialize, .expectTransactions, .completeTransactions: return ([.place, word], [])
        case .invalidate: return ([.place], [])
        case .arrive, .arriveDrop:
            let isCounted = barrier.expectsTransactions || barrier.mustNotComplete
            return ([.result(64, droppable: true), .place] + (isCounted ? [word] : []), isCounted ? [] : [word])
        case .testWait: return ([.result(1), .place, .value(barrier.isParity ? 32 : 64)], [])
        case .tryWait: return ([.result(1), .place, .value(barrier.isParity ? 32 : 64)], [word])
        case .pendingCount: return ([.result(32), .value(64)], [])
        }
    }

    private static func slots(of product: PTXMatrixMultiply, isFragment: Bool) -> [PTXSlot] {
        let width = product.a == .f64 ? 64 : 32
        let (a, b, c, d) = (
            product.registerCount(.a, isFragment: isFragment), product.registerCount(.b, isFragment: isFragment),
            product.registerCount(.c, isFragment: isFragment), product.registerCount(.d, isFragment: isFragment)
        )
        return [
            .results(width, count: d), .values(width, count: a), .values(width, count: b), .values(width, count: c),
        ]
    }
}

extension PTXArithmetic {
    /// Bits of the result, and of the third source of a product.
    var resultWidth: Int { part == .wide ? 2 * type.bitWidth : type.bitWidth }
}

extension PTXFragmentAccess {
    /// Bits of each register of the fragment.
    var width: Int { type == .f64 ? 64 : 32 }
}
