/// From an opcode and its modifiers to a typed operation.
extension PTXModifiers {
    /// The operation; takes every modifier or throws.
    mutating func operation(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        let operation = try choose(opcode)
        try finish()
        return operation
    }

    private mutating func choose(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        switch opcode {
        case .abs, .add, .addc, .copysign, .cos, .div, .ex2, .fma, .lg2, .mad, .mad24, .madc, .max, .min, .mul, .mul24,
            .neg, .rcp, .rem, .rsqrt, .sad, .sin, .sqrt, .sub, .subc, .tanh:
            return try arithmetic(opcode)
        case .and, .bfe, .bfi, .bfind, .bmsk, .brev, .clz, .cnot, .dp2a, .dp4a, .fns, .lop3, .not, .or, .popc, .prmt,
            .shf, .shl, .shr, .szext, .xor:
            return try bits(opcode)
        case .set, .setp, .selp, .slct, .testp:
            return try comparison(opcode)
        case .mov: return .mov(try needType(of: [.pred] + PTXType.scalars + [.b128, .f16, .bf16]))
        case .cvt: return take("pack") ? try integerPacking() : .cvt(try conversion())
        case .cvta: return .cvta(try addressConversion())
        case .isspacep:
            guard let space = takeSpace(of: [.const, .global, .local, .param, .shared, .sharedCluster]) else {
                throw error(.syntax, "a state space is missing", hint: ".const .global .local .param .shared")
            }
            return .isspacep(space)
        case .ld, .ldu, .st: return try memory(opcode)
        case .atom, .red: return try atomic(opcode)
        case .applypriority, .discard, .prefetch, .prefetchu: return .prefetch(try prefetch(opcode))
        case .createpolicy:
            ignoreRest()
            return .createPolicy
        case .cp: return try asyncCopy()
        case .activemask, .elect, .match, .redux, .shfl, .vote: return try warp(opcode)
        case .bar, .barrier, .fence, .mbarrier, .membar: return try synchronization(opcode)
        case .ldmatrix, .stmatrix, .movmatrix, .mma, .wmma: return try matrix(opcode)
        case .bra: return .bra(isUniform: take("uni"))
        case .brx:
            _ = try need("the form", of: ["idx"])
            return .brx(isUniform: take("uni"))
        case .ret: return .ret(isUniform: take("uni"))
        case .exit: return .exit
        case .trap: return .trap
        case .brkpt: return .brkpt
        case .nanosleep:
            _ = try needType(of: [.u32])
            return .nanosleep
        case .griddepcontrol: return .griddepcontrol(try need("the action", PTXGridDependency.self))
        case .pmevent, .setmaxnreg:
            ignoreRest()
            return .noEffect
        case .call:
            throw error(.syntax, "a call is no plain instruction")
        }
    }
}
