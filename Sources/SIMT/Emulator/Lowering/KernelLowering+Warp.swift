import CSIMT

/// Operations of a warp and barriers.
extension KernelLowering {
    /// Barrier 16 stands for the barrier of a cluster, which here is one block.
    static let clusterBarrier = 16

    mutating func lowerCollective() throws(PTXError) {
        switch instruction.operation {
        case .shfl(let mode, let isSync):
            let (target, flag) = try resultPair(.b32)
            let mask = isSync ? try value(4, .b32) : KW_NO_SLOT
            let code: UInt8
            switch mode {
            case .up: code = 0
            case .down: code = 1
            case .butterfly: code = 2
            case .index: code = 3
            }
            emit(
                .shuffle, d: target, a: try value(1, .b32), b: try value(2, .b32), c: try value(3, .b32), e: mask,
                immediate: Int64(flag), detail: code)
        case .vote(let mode, let isSync):
            let mask = isSync ? try value(2, .b32) : KW_NO_SLOT
            let code: UInt8
            switch mode {
            case .all: code = 0
            case .any: code = 1
            case .uniform: code = 2
            case .ballot: code = 3
            }
            emit(
                .vote, d: try result(0, mode == .ballot ? .b32 : .pred), a: try value(1, .pred), e: mask, detail: code)
        case .match(let match):
            let (target, flag) = try resultPair(.b32)
            emit(
                .match, d: target, a: try value(1, match.type), e: try value(2, .b32), immediate: Int64(flag),
                detail: match.isAll ? 1 : 0, option: match.type.bitWidth > 32 ? 1 : 0)
        case .redux(let reduction): try lowerReduction(reduction)
        case .activemask: emit(.activeMask, d: try result(0, .b32))
        case .elect:
            let (target, flag) = try resultPair(.b32)
            emit(.elect, d: target, e: try value(1, .b32), immediate: Int64(flag))
        case .warpBarrier: emit(.warpBarrier, e: try value(0, .b32))
        case .barrier(let barrier): try lowerBarrier(barrier)
        case .clusterBarrier(let barrier):
            // A wait of the whole block at the second half keeps what a cluster of one block promises.
            guard !barrier.isArrive else { return }
            emit(.barrier, a: constant(Self.clusterBarrier), b: KW_NO_SLOT, option: barrier.isAligned ? 1 : 0)
        default: throw unsupported("no operation of warps")
        }
    }

    /// The register and the predicate of `d` or `d|p`; `KW_NO_SLOT` for a predicate that is not there.
    private mutating func resultPair(_ type: PTXType) throws(PTXError) -> (Slot, Slot) {
        guard case .pair(let first, let second) = try operand(0) else { return (try result(0, type), KW_NO_SLOT) }
        var flag = KW_NO_SLOT
        if case .register(let register) = second { flag = slot(register) }
        return (try result(of: first, type), flag)
    }

    private mutating func lowerReduction(_ reduction: PTXReduction) throws(PTXError) {
        let code: ReductionCode
        switch (reduction.operation, reduction.type) {
        case (.add, _): code = .add
        case (.and, _): code = .and
        case (.or, _): code = .or
        case (.xor, _): code = .xor
        case (.min, .f32): code = .minFloat
        case (.max, .f32): code = .maxFloat
        case (.min, .s32): code = .minSigned
        case (.max, .s32): code = .maxSigned
        case (.min, _): code = .minUnsigned
        case (.max, _): code = .maxUnsigned
        }
        var source = try value(1, .b32)
        if reduction.takesMagnitudes {
            let spare = spareWord()
            run(kw_lane_abs_f32, spare, source)
            source = spare
        }
        emit(
            .reduce, d: try result(0, .b32), a: source, e: try value(2, .b32), detail: code.rawValue,
            option: reduction.propagatesNaN ? 1 : 0)
    }

    private mutating func lowerBarrier(_ barrier: PTXBarrier) throws(PTXError) {
        let code: BarrierCode
        var first = 1
        switch barrier.action {
        case .sync: (code, first) = (.sync, 0)
        case .arrive: (code, first) = (.arrive, 0)
        case .reduceCount: code = .reduceCount
        case .reduce(.and): code = .reduceAnd
        case .reduce: code = .reduceOr
        }
        let hasResult = first == 1
        let count = instruction.operands.count
        let hasThreads = count > (hasResult ? 3 : 1)
        let target = hasResult ? try result(0, code == .reduceCount ? .b32 : .pred) : 0
        emit(
            .barrier, d: target, a: try value(first, .u32), b: hasThreads ? try value(first + 1, .u32) : KW_NO_SLOT,
            c: hasResult ? try value(count - 1, .pred) : 0, detail: code.rawValue, option: barrier.isAligned ? 1 : 0)
    }
}

/// What `redux` computes.
enum ReductionCode: UInt8 {
    case add, and, or, xor, minSigned, maxSigned, minUnsigned, maxUnsigned, minFloat, maxFloat
}

/// What a barrier does with those that reach it.
enum BarrierCode: UInt8 {
    case sync, arrive, reduceCount, reduceAnd, reduceOr
}
