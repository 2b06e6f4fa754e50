/// What an operation keeps busy.
extension PTXOperation {
    var unit: InstructionClass {
        switch self {
        case .add(let a), .sub(let a), .mul(let a), .mad(let a), .fma(let a), .abs(let a), .neg(let a), .min(let a),
            .max(let a), .div(let a), .rem(let a), .sad(let a), .mul24(let a), .mad24(let a):
            if case .div = self, a.type == .f32, a.precision != .exact { return .special }
            return Self.unit(of: a.type)
        case .rcp(let a), .sqrt(let a), .rsqrt(let a): return a.type == .f64 ? .double : .special
        case .sin, .cos, .lg2, .ex2, .tanh: return .special
        case .copysign(let type): return Self.unit(of: type)
        case .setp(let comparison), .set(let comparison, _): return Self.unit(of: comparison.type)
        case .testp(_, let type): return Self.unit(of: type)
        case .dp, .and, .or, .xor, .not, .cnot, .shl, .shr, .shf, .popc, .clz, .brev, .bfind, .bfe, .bfi, .bmsk,
            .szext, .fns, .lop3, .prmt, .isspacep:
            return .integer
        case .cvt, .cvtPack: return .conversion
        case .mov, .selp, .slct, .cvta, .createPolicy: return .move
        case .ld(let access): return Self.unit(of: access.space, isStore: false)
        case .st(let access): return Self.unit(of: access.space, isStore: true)
        case .atom(let atomic), .red(let atomic):
            return atomic.space == .shared || atomic.space == .sharedCluster ? .sharedAtomic : .globalAtomic
        case .cpAsync: return .asyncCopy
        case .ldmatrix: return .sharedLoad
        case .stmatrix: return .sharedStore
        case .wmmaLoad(let access): return Self.unit(of: access.space, isStore: false)
        case .wmmaStore(let access): return Self.unit(of: access.space, isStore: true)
        case .mma, .wmmaMultiply: return .tensor
        case .shfl, .vote, .match, .redux, .activemask, .elect, .movmatrix: return .shuffle
        case .barrier, .clusterBarrier, .mbarrier, .cpAsyncMbarrierArrive, .warpBarrier, .fence, .cpAsyncCommitGroup,
            .cpAsyncWaitGroup, .cpAsyncWaitAll:
            return .synchronization
        case .bra, .brx, .call, .ret, .exit, .trap, .brkpt: return .control
        case .prefetch, .nanosleep, .griddepcontrol, .noEffect: return .move
        }
    }

    private static func unit(of type: PTXType) -> InstructionClass {
        switch type {
        case .f32, .f32x2: .single
        case .f64: .double
        case .f16, .f16x2, .bf16, .bf16x2: .half
        default: .integer
        }
    }

    /// Generic accesses count as global ones.
    private static func unit(of space: PTXStateSpace, isStore: Bool) -> InstructionClass {
        switch space {
        case .shared, .sharedCluster: isStore ? .sharedStore : .sharedLoad
        case .local: isStore ? .localStore : .localLoad
        case .const, .param: isStore ? .localStore : .constantLoad
        default: isStore ? .globalStore : .globalLoad
        }
    }
}
