/// Modifiers of bit operations, comparisons, selections and conversions.
extension PTXModifiers {
    mutating func bits(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        switch opcode {
        case .and: return .and(try needType(of: PTXType.logical))
        case .or: return .or(try needType(of: PTXType.logical))
        case .xor: return .xor(try needType(of: PTXType.logical))
        case .not: return .not(try needType(of: PTXType.logical))
        case .cnot: return .cnot(try needType(of: PTXType.bitTypes))
        case .shl: return .shl(try needType(of: PTXType.bitTypes))
        case .shr: return .shr(try needType(of: PTXType.bitTypes + PTXType.integers))
        case .popc: return .popc(try needType(of: [.b32, .b64]))
        case .clz: return .clz(try needType(of: [.b32, .b64]))
        case .brev: return .brev(try needType(of: [.b32, .b64]))
        case .bfe: return .bfe(try needType(of: PTXType.words))
        case .bfi: return .bfi(try needType(of: [.b32, .b64]))
        case .bfind:
            let shiftAmount = take("shiftamt")
            return .bfind(try needType(of: PTXType.words), shiftAmount: shiftAmount)
        case .bmsk:
            let wraps = try need("the mode", of: ["clamp", "wrap"]) == "wrap"
            _ = try needType(of: [.b32])
            return .bmsk(wraps: wraps)
        case .szext:
            let wraps = try need("the mode", of: ["clamp", "wrap"]) == "wrap"
            return .szext(try needType(of: [.u32, .s32]), wraps: wraps)
        case .fns:
            _ = try needType(of: [.b32])
            return .fns
        case .lop3:
            let logic = PTXLogic(combination: takeFirst(PTXBooleanOperator.self, of: [.and, .or, .xor]))
            _ = try needType(of: [.b32])
            return .lop3(logic)
        case .prmt:
            _ = try needType(of: [.b32])
            return .prmt(takeFirst(PTXPermuteMode.self, of: [.f4e, .b4e, .rc8, .ecl, .ecr, .rc16]) ?? .general)
        case .shf:
            let isLeft = try need("the direction", of: ["l", "r"]) == "l"
            let wraps = try need("the mode", of: ["clamp", "wrap"]) == "wrap"
            _ = try needType(of: [.b32])
            return .shf(PTXFunnelShift(isLeft: isLeft, wraps: wraps))
        case .dp4a:
            let a = try needType(of: [.u32, .s32], "the type of the first operand")
            let b = try needType(of: [.u32, .s32], "the type of the second operand")
            return .dp(PTXDotProduct(count: 4, a: a, b: b))
        case .dp2a:
            let half = try need("the half of the second operand", of: ["lo", "hi"])
            let a = try needType(of: [.u32, .s32], "the type of the first operand")
            let b = try needType(of: [.u32, .s32], "the type of the second operand")
            return .dp(PTXDotProduct(count: 2, a: a, b: b, usesHighHalf: half == "hi"))
        default: throw error(.unsupported, "no operation on bits")
        }
    }

    mutating func comparison(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        let compared = PTXType.scalars + PTXType.halves
        switch opcode {
        case .setp:
            return .setp(try comparison(try needType(of: compared)))
        case .set:
            let results: [PTXType] = [.u16, .s16, .u32, .s32, .f32] + PTXType.halves
            let result = try needType(of: results, "the type of the result")
            return .set(try comparison(try needType(of: compared, "the compared type")), result: result)
        case .selp: return .selp(try needType(of: PTXType.scalars + [.f16, .bf16]))
        case .slct:
            let type = try needType(of: PTXType.scalars)
            let condition = try self.needType(of: [.s32, .f32], "the type of the condition")
            return .slct(type, condition: condition, flushesSubnormals: condition == .f32 && take("ftz"))
        case .testp:
            let test = try need("the question", PTXFloatTest.self)
            return .testp(test, try needType(of: PTXType.floats))
        default: throw error(.unsupported, "no comparison")
        }
    }

    private mutating func comparison(_ type: PTXType) throws(PTXError) -> PTXComparison {
        let comparator = try need("the comparison", PTXComparator.self, of: comparators(of: type))
        return PTXComparison(
            comparator: comparator, type: type, combination: takeFirst(PTXBooleanOperator.self),
            flushesSubnormals: type.isFloatingPoint && type != .f64 && take("ftz"))
    }

    private func comparators(of type: PTXType) -> [PTXComparator] {
        switch type.kind {
        case .bits, .predicate: [.eq, .ne]
        case .signed: [.eq, .ne, .lt, .le, .gt, .ge]
        case .unsigned: [.eq, .ne, .lt, .le, .gt, .ge, .lo, .ls, .hi, .hs]
        case .float: [.eq, .ne, .lt, .le, .gt, .ge, .equ, .neu, .ltu, .leu, .gtu, .geu, .num, .nan]
        }
    }

    mutating func conversion() throws(PTXError) -> PTXConversion {
        let bytes: [PTXType] = [.u8, .s8]
        let small: [PTXType] = [.e4m3x2, .e5m2x2]
        let scalar = bytes + PTXType.integers + [.f16, .bf16] + PTXType.floats
        let rounding = takeFirst(PTXRounding.self)
        let to = try needType(of: scalar + [.tf32, .f16x2, .bf16x2] + small, "the type of the result")
        let from = try needType(of: scalar + [.f16x2] + small, "the type of the source")
        let isPacked = to.lanes == 2 && from.lanes == 1
        guard !isPacked || from == .f32, to.lanes == 2 || from.lanes == 1, to != .tf32 || from == .f32 else {
            throw error(
                .unsupported, "no conversion from .\(from.rawValue) to .\(to.rawValue)",
                hint: "packed results come from two .f32 or from a packed type, .tf32 from .f32")
        }
        if let rounding, rounding == .nearestAway, to != .tf32 {
            throw error(.unsupported, ".rna is for .tf32 only", hint: ".rn .rz .rm .rp")
        }
        var conversion = PTXConversion(to: to, from: from, rounding: rounding)
        if take("satfinite") {
            conversion.saturation = .finite
        } else if take("sat") {
            conversion.saturation = .range
        }
        conversion.clampsNegative = take("relu")
        conversion.flushesSubnormals = take("ftz")
        let loses = to.isFloatingPoint && (from.isInteger || from.element.bitWidth > to.element.bitWidth || to == .tf32)
        if rounding == nil, loses || (from.isFloatingPoint && to.isInteger) {
            let known = to.isInteger ? ".rni .rzi .rmi .rpi" : to == .tf32 ? ".rn .rna .rz" : ".rn .rz .rm .rp"
            throw error(.syntax, "the rounding is missing", hint: "known: " + known)
        }
        return conversion
    }

    mutating func integerPacking() throws(PTXError) -> PTXOperation {
        _ = try need("the saturation", of: ["sat"])
        let to = try needType(of: [.u4, .s4, .u8, .s8, .u16, .s16], "the type of the result")
        let from = try needType(of: [.s32], "the type of the sources")
        return .cvtPack(PTXIntegerPacking(to: to, from: from, hasCarriedBits: takeType(of: [.b32]) != nil))
    }

    mutating func addressConversion() throws(PTXError) -> PTXAddressConversion {
        let isToSpace = take("to")
        guard let space = takeSpace(of: [.const, .global, .local, .param, .shared, .sharedCluster]) else {
            throw error(.syntax, "a state space is missing", hint: ".const .global .local .param .shared")
        }
        return PTXAddressConversion(space: space, isToSpace: isToSpace, type: try needType(of: [.u32, .u64]))
    }
}
