/// The opcodes this front end knows, by their first word.
enum PTXOpcode: String, CaseIterable {
    case abs, activemask, add, addc, and, applypriority, atom
    case bar, barrier, bfe, bfi, bfind, bmsk, bra, brev, brkpt, brx
    case call, clz, cnot, copysign, cos, cp, createpolicy, cvt, cvta
    case discard, div, dp2a, dp4a
    case elect, ex2, exit
    case fence, fma, fns
    case griddepcontrol
    case isspacep
    case ld, ldmatrix, ldu, lg2, lop3
    case mad, mad24, madc, match, max, mbarrier, membar, min, mma, mov, movmatrix, mul, mul24
    case nanosleep, neg, not
    case or
    case pmevent, popc, prefetch, prefetchu, prmt
    case rcp, red, redux, rem, ret, rsqrt
    case sad, selp, set, setmaxnreg, setp, shf, shfl, shl, shr, sin, slct, sqrt, st, stmatrix, sub, subc, szext
    case tanh, testp, trap
    case vote
    case wmma
    case xor

    /// The known opcodes nearest to an unknown one, for a hint.
    static func near(_ word: String) -> String {
        for length in [3, 2, 1] where word.count >= length {
            let near = allCases.map(\.rawValue).filter { $0.hasPrefix(word.prefix(length)) }
            if !near.isEmpty { return "known opcodes nearby: " + near.joined(separator: " ") }
        }
        return "known opcodes: " + allCases.map(\.rawValue).joined(separator: " ")
    }
}
