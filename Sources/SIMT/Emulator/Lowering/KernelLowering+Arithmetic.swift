import CSIMT

/// Arithmetic on numbers of 16 to 64 bits.
extension KernelLowering {
    mutating func lowerArithmetic() throws(PTXError) {
        switch instruction.operation {
        case .add(let a) where a.carry != .none, .sub(let a) where a.carry != .none, .mad(let a) where a.carry != .none:
            try lowerCarry(a)
        case .add(let a), .sub(let a), .mul(let a), .fma(let a), .mad(let a), .div(let a), .min(let a), .max(let a),
            .rcp(let a), .sqrt(let a), .rsqrt(let a), .sin(let a), .cos(let a), .lg2(let a), .ex2(let a), .tanh(let a),
            .abs(let a), .neg(let a):
            if a.type == .f32x2 {
                try lowerPair(a)
            } else if [.f16, .f16x2, .bf16, .bf16x2].contains(a.type) {
                try lowerHalf(a)
            } else if a.type.isFloatingPoint {
                try lowerFloat(a)
            } else {
                try lowerInteger(a)
            }
        case .rem(let a), .sad(let a), .mul24(let a), .mad24(let a): try lowerInteger(a)
        case .copysign(let type):
            let function: kw_lane_function = type == .f64 ? kw_lane_copysign_f64 : kw_lane_copysign_f32
            run(function, try result(0, type), try value(1, type), try value(2, type))
        case .dp(let product): try lowerDotProduct(product)
        default: throw unsupported("no arithmetic")
        }
    }

    /// Operands 1 up to `count` as values of the type; a spare position holds the first again.
    mutating func values(_ count: Int, _ type: PTXType) throws(PTXError) -> (a: Slot, b: Slot, c: Slot) {
        let a = try value(1, type)
        return (a, count > 1 ? try value(2, type) : a, count > 2 ? try value(3, type) : a)
    }

    // MARK: Integers

    private mutating func lowerInteger(_ a: PTXArithmetic) throws(PTXError) {
        if case .mad = instruction.operation, a.part != .low || a.saturates { return try lowerHighMad(a) }
        if case .mad24 = instruction.operation { return try lowerMad24(a) }
        guard let (count, function) = integerFunction(a) else { throw unsupported("no such integer operation") }
        let isWide = a.part == .wide && a.type.bitWidth == 32
        let (x, y, z) = try values(count, a.type)
        run(function, try result(0, isWide ? .b64 : a.type), x, y, z)
    }

    private func integerFunction(_ a: PTXArithmetic) -> (count: Int, function: kw_lane_function)? {
        let type = a.type
        switch instruction.operation {
        case .add where a.saturates && type == .s32: return (2, kw_lane_add_sat_s32)
        case .sub where a.saturates && type == .s32: return (2, kw_lane_sub_sat_s32)
        case .add where type.lanes == 2: return (2, kw_lane_add_u16x2)
        case .sub where type.lanes == 2: return (2, kw_lane_sub_u16x2)
        case .mul where type.lanes == 2 && a.part == .low: return (2, kw_lane_mul_u16x2)
        case .add: return (2, type.bitWidth == 64 ? kw_lane_add_u64 : kw_lane_add_u32)
        case .sub: return (2, type.bitWidth == 64 ? kw_lane_sub_u64 : kw_lane_sub_u32)
        case .mul: return Self.product(a).map { (2, $0) }
        case .mad: return (3, type.bitWidth == 64 ? kw_lane_mad_u64 : kw_lane_mad_u32)
        case .mul24: return (2, Self.product24(a))
        case .div:
            return Self.pick(
                type, u16: kw_lane_div_u16, s16: kw_lane_div_s16, u32: kw_lane_div_u32, s32: kw_lane_div_s32,
                u64: kw_lane_div_u64, s64: kw_lane_div_s64
            ).map { (2, $0) }
        case .rem:
            return Self.pick(
                type, u16: kw_lane_rem_u16, s16: kw_lane_rem_s16, u32: kw_lane_rem_u32, s32: kw_lane_rem_s32,
                u64: kw_lane_rem_u64, s64: kw_lane_rem_s64
            ).map { (2, $0) }
        case .min where type == .u16x2: return (2, kw_lane_min_u16x2)
        case .min where type == .s16x2: return (2, kw_lane_min_s16x2)
        case .max where type == .u16x2: return (2, kw_lane_max_u16x2)
        case .max where type == .s16x2: return (2, kw_lane_max_s16x2)
        case .min:
            return Self.pick(
                type, u16: kw_lane_min_u16, s16: kw_lane_min_s16, u32: kw_lane_min_u32, s32: kw_lane_min_s32,
                u64: kw_lane_min_u64, s64: kw_lane_min_s64
            ).map { (2, $0) }
        case .max:
            return Self.pick(
                type, u16: kw_lane_max_u16, s16: kw_lane_max_s16, u32: kw_lane_max_u32, s32: kw_lane_max_s32,
                u64: kw_lane_max_u64, s64: kw_lane_max_s64
            ).map { (2, $0) }
        case .sad:
            return Self.pick(
                type, u16: kw_lane_sad_u16, s16: kw_lane_sad_s16, u32: kw_lane_sad_u32, s32: kw_lane_sad_s32,
                u64: kw_lane_sad_u64, s64: kw_lane_sad_s64
            ).map { (3, $0) }
        case .abs:
            return (1, type == .s64 ? kw_lane_abs_s64 : type == .s16 ? kw_lane_abs_s16 : kw_lane_abs_s32)
        case .neg:
            return (1, type == .s64 ? kw_lane_neg_s64 : type == .s16 ? kw_lane_neg_s16 : kw_lane_neg_s32)
        default: return nil
        }
    }

    static func pick(
        _ type: PTXType, u16: kw_lane_function, s16: kw_lane_function, u32: kw_lane_function, s32: kw_lane_function,
        u64: kw_lane_function, s64: kw_lane_function
    ) -> kw_lane_function? {
        switch (type.bitWidth, type.isSigned) {
        case (16, false): u16
        case (16, true): s16
        case (32, false): u32
        case (32, true): s32
        case (64, false): u64
        case (64, true): s64
        default: nil
        }
    }

    private static func product(_ a: PTXArithmetic) -> kw_lane_function? {
        switch a.part {
        case .low, .whole: a.type.bitWidth == 64 ? kw_lane_mul_u64 : kw_lane_mul_u32
        case .high:
            pick(
                a.type, u16: kw_lane_mul_hi_u16, s16: kw_lane_mul_hi_s16, u32: kw_lane_mul_hi_u32,
                s32: kw_lane_mul_hi_s32, u64: kw_lane_mul_hi_u64, s64: kw_lane_mul_hi_s64)
        case .wide:
            switch a.type {
            case .u16: kw_lane_mul_wide_u16
            case .s16: kw_lane_mul_wide_s16
            case .u32: kw_lane_mul_wide_u32
            case .s32: kw_lane_mul_wide_s32
            default: nil
            }
        }
    }

    private static func product24(_ a: PTXArithmetic) -> kw_lane_function {
        switch (a.part == .high, a.type.isSigned) {
        case (false, false): kw_lane_mul24_lo_u32
        case (false, true): kw_lane_mul24_lo_s32
        case (true, false): kw_lane_mul24_hi_u32
        case (true, true): kw_lane_mul24_hi_s32
        }
    }

    private mutating func lowerHighMad(_ a: PTXArithmetic) throws(PTXError) {
        if a.part == .wide {
            let function: kw_lane_function
            switch a.type {
            case .u16: function = kw_lane_mad_wide_u16
            case .s16: function = kw_lane_mad_wide_s16
            case .u32: function = kw_lane_mad_wide_u32
            case .s32: function = kw_lane_mad_wide_s32
            default: throw unsupported("no wide product of this type")
            }
            let wide: PTXType = a.type.bitWidth == 32 ? .b64 : .b32
            run(function, try result(0, wide), try value(1, a.type), try value(2, a.type), try value(3, wide))
            return
        }
        let (x, y, z) = try values(3, a.type)
        if a.saturates, a.part == .high, a.type == .s32 {
            return run(kw_lane_mad_hi_sat_s32, try result(0, a.type), x, y, z)
        }
        guard !a.saturates, let product = Self.product(a) else { throw unsupported("no such product") }
        let spare = spare(a.type)
        run(product, spare, x, y)
        run(a.type.bitWidth == 64 ? kw_lane_add_u64 : kw_lane_add_u32, try result(0, a.type), spare, z)
    }

    private mutating func lowerMad24(_ a: PTXArithmetic) throws(PTXError) {
        let (x, y, z) = try values(3, a.type)
        let spare = spareWord()
        run(Self.product24(a), spare, x, y)
        run(a.saturates ? kw_lane_add_sat_s32 : kw_lane_add_u32, try result(0, a.type), spare, z)
    }

    private mutating func lowerCarry(_ a: PTXArithmetic) throws(PTXError) {
        let isWide = a.type.bitWidth == 64
        var kind = 0
        if a.carry != .writes { kind |= Int(KW_CARRY_READS.rawValue) }
        if a.carry != .reads { kind |= Int(KW_CARRY_WRITES.rawValue) }
        var (x, y) = (try value(1, a.type), try value(2, a.type))
        switch instruction.operation {
        case .sub: kind |= Int(KW_CARRY_SUBTRACTS.rawValue)
        case .mad:
            guard let product = Self.product(a) else { throw unsupported("no such product") }
            let spare = spare(a.type)
            run(product, spare, x, y)
            (x, y) = (spare, try value(3, a.type))
        default: break
        }
        run(
            isWide ? kw_lane_carry_u64 : kw_lane_carry_u32, try result(0, a.type), x, y, constant(kind),
            FrameLayout.carry)
    }

    private mutating func lowerDotProduct(_ product: PTXDotProduct) throws(PTXError) {
        let function: kw_lane_function
        switch (product.count == 4, product.usesHighHalf, product.a.isSigned, product.b.isSigned) {
        case (true, _, false, false): function = kw_lane_dp4a_uu
        case (true, _, false, true): function = kw_lane_dp4a_us
        case (true, _, true, false): function = kw_lane_dp4a_su
        case (true, _, true, true): function = kw_lane_dp4a_ss
        case (false, false, false, false): function = kw_lane_dp2a_lo_uu
        case (false, false, false, true): function = kw_lane_dp2a_lo_us
        case (false, false, true, false): function = kw_lane_dp2a_lo_su
        case (false, false, true, true): function = kw_lane_dp2a_lo_ss
        case (false, true, false, false): function = kw_lane_dp2a_hi_uu
        case (false, true, false, true): function = kw_lane_dp2a_hi_us
        case (false, true, true, false): function = kw_lane_dp2a_hi_su
        case (false, true, true, true): function = kw_lane_dp2a_hi_ss
        }
        let (x, y, z) = try values(3, .b32)
        run(function, try result(0, .b32), x, y, z)
    }
}
