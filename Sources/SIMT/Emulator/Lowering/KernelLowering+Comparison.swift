import CSIMT

/// Comparisons and selections.
extension KernelLowering {
    mutating func lowerComparison() throws(PTXError) {
        switch instruction.operation {
        case .setp(let comparison): try lowerSetPredicate(comparison)
        case .set(let comparison, let type): try lowerSet(comparison, type)
        case .selp(let type):
            let isWide = type.bitWidth == 64
            run(
                isWide ? kw_lane_selp_u64 : kw_lane_selp_u32, try result(0, type), try value(1, type),
                try value(2, type), try value(3, .pred))
        case .slct(let type, let condition, let flushes):
            let isWide = type.bitWidth == 64
            let function: kw_lane_function
            switch (condition == .f32, flushes) {
            case (false, _): function = isWide ? kw_lane_slct_u64_s32 : kw_lane_slct_u32_s32
            case (true, false): function = isWide ? kw_lane_slct_u64_f32 : kw_lane_slct_u32_f32
            case (true, true): function = isWide ? kw_lane_slct_u64_ftz_f32 : kw_lane_slct_u32_ftz_f32
            }
            run(function, try result(0, type), try value(1, type), try value(2, type), try value(3, condition))
        case .testp(let test, let type):
            run(Self.function(test, type == .f64), try result(0, .pred), try value(1, type))
        default: throw unsupported("no comparison")
        }
    }

    private static func function(_ test: PTXFloatTest, _ isDouble: Bool) -> kw_lane_function {
        switch test {
        case .finite: isDouble ? kw_lane_testp_finite_f64 : kw_lane_testp_finite_f32
        case .infinite: isDouble ? kw_lane_testp_infinite_f64 : kw_lane_testp_infinite_f32
        case .number: isDouble ? kw_lane_testp_number_f64 : kw_lane_testp_number_f32
        case .notanumber: isDouble ? kw_lane_testp_notanumber_f64 : kw_lane_testp_notanumber_f32
        case .normal: isDouble ? kw_lane_testp_normal_f64 : kw_lane_testp_normal_f32
        case .subnormal: isDouble ? kw_lane_testp_subnormal_f64 : kw_lane_testp_subnormal_f32
        }
    }

    private mutating func lowerSetPredicate(_ comparison: PTXComparison) throws(PTXError) {
        if comparison.type.lanes == 2 { return try lowerSetPredicates(comparison) }
        let (x, y) = try compared(comparison, 1)
        let other = comparison.combination == nil ? nil : try value(3, .pred)
        guard case .pair(let first, let second) = try operand(0) else {
            let target = try result(0, .pred)
            guard let combination = comparison.combination, let other else {
                return try compare(comparison, x, y, into: target)
            }
            let made = sparePredicate()
            try compare(comparison, x, y, into: made)
            combine(combination, made, other)
            return run(kw_lane_pred_mov, target, made)
        }
        freezeGuard()
        let (made, inverse) = (sparePredicate(), sparePredicate())
        try compare(comparison, x, y, into: made)
        run(kw_lane_pred_not, inverse, made)
        if let combination = comparison.combination, let other {
            combine(combination, made, other)
            combine(combination, inverse, other)
        }
        run(kw_lane_pred_mov, try result(of: first, .pred), made)
        run(kw_lane_pred_mov, try result(of: second, .pred), inverse)
    }

    /// A comparison of pairs: a predicate for the low and one for the high elements.
    private mutating func lowerSetPredicates(_ comparison: PTXComparison) throws(PTXError) {
        let other = comparison.combination == nil ? nil : try value(3, .pred)
        freezeGuard()
        let parts = try comparedPairs(comparison, other)
        guard case .pair(let first, let second) = try operand(0) else {
            return run(kw_lane_pred_mov, try result(0, .pred), parts[0])
        }
        run(kw_lane_pred_mov, try result(of: first, .pred), parts[0])
        run(kw_lane_pred_mov, try result(of: second, .pred), parts[1])
    }

    /// Spare predicates with the comparisons of the low and of the high elements of pairs.
    private mutating func comparedPairs(_ comparison: PTXComparison, _ other: Slot?) throws(PTXError) -> [Slot] {
        var element = comparison
        element.type = comparison.type.element
        var parts: [Slot] = []
        for part in [kw_lane_low_b32, kw_lane_high_b32] as [kw_lane_function] {
            var halves: [Slot] = []
            for index in 1...2 {
                let half = spareWord()
                run(part, half, try value(index, comparison.type))
                halves.append(widened(flushed(half, element), element.type))
            }
            let made = sparePredicate()
            try compare(element, halves[0], halves[1], into: made)
            if let combination = comparison.combination, let other { combine(combination, made, other) }
            parts.append(made)
        }
        return parts
    }

    /// A half, without subnormals if the comparison flushes them.
    private mutating func flushed(_ slot: Slot, _ comparison: PTXComparison) -> Slot {
        guard comparison.flushesSubnormals, comparison.type == .f16 else { return slot }
        let spare = spareWord()
        run(kw_lane_ftz_f16, spare, slot)
        return spare
    }

    /// Both compared operands, from position `index` on; halves as single precision, which holds them exactly.
    private mutating func compared(
        _ comparison: PTXComparison, _ index: Int
    ) throws(PTXError) -> (x: Slot, y: Slot) {
        let type = comparison.type
        let (x, y) = (try value(index, type), try value(index + 1, type))
        guard type == .f16 || type == .bf16 else { return (x, y) }
        return (widened(flushed(x, comparison), type), widened(flushed(y, comparison), type))
    }

    /// A half as single precision.
    mutating func widened(_ slot: Slot, _ type: PTXType) -> Slot {
        let spare = spareWord()
        run(type == .bf16 ? kw_lane_cvt_f32_bf16 : kw_lane_cvt_f32_f16, spare, slot)
        return spare
    }

    private mutating func compare(
        _ comparison: PTXComparison, _ x: Slot, _ y: Slot, into target: Slot
    ) throws(PTXError) {
        let type = comparison.type
        if type == .pred {
            run(comparison.comparator == .eq ? kw_lane_pred_eq : kw_lane_pred_xor, target, x, y)
        } else if type.isFloatingPoint {
            guard let (function, swaps) = Self.floatTest(comparison) else { throw unsupported("no such comparison") }
            run(function, target, swaps ? y : x, swaps ? x : y)
        } else {
            guard let (function, swaps) = Self.integerTest(comparison) else { throw unsupported("no such comparison") }
            run(function, target, swaps ? y : x, swaps ? x : y)
        }
    }

    private static func integerTest(_ comparison: PTXComparison) -> (function: kw_lane_function, swaps: Bool)? {
        let type = comparison.type
        switch comparison.comparator {
        case .eq:
            return pick(
                type, u16: kw_lane_setp_eq_u16, s16: kw_lane_setp_eq_s16, u32: kw_lane_setp_eq_u32,
                s32: kw_lane_setp_eq_s32, u64: kw_lane_setp_eq_u64, s64: kw_lane_setp_eq_s64
            ).map { ($0, false) }
        case .ne:
            return pick(
                type, u16: kw_lane_setp_ne_u16, s16: kw_lane_setp_ne_s16, u32: kw_lane_setp_ne_u32,
                s32: kw_lane_setp_ne_s32, u64: kw_lane_setp_ne_u64, s64: kw_lane_setp_ne_s64
            ).map { ($0, false) }
        case .lt, .lo, .gt, .hi:
            let swaps = comparison.comparator == .gt || comparison.comparator == .hi
            return pick(
                type, u16: kw_lane_setp_lt_u16, s16: kw_lane_setp_lt_s16, u32: kw_lane_setp_lt_u32,
                s32: kw_lane_setp_lt_s32, u64: kw_lane_setp_lt_u64, s64: kw_lane_setp_lt_s64
            ).map { ($0, swaps) }
        case .le, .ls, .ge, .hs:
            let swaps = comparison.comparator == .ge || comparison.comparator == .hs
            return pick(
                type, u16: kw_lane_setp_le_u16, s16: kw_lane_setp_le_s16, u32: kw_lane_setp_le_u32,
                s32: kw_lane_setp_le_s32, u64: kw_lane_setp_le_u64, s64: kw_lane_setp_le_s64
            ).map { ($0, swaps) }
        default: return nil
        }
    }

    private static func floatTest(_ comparison: PTXComparison) -> (function: kw_lane_function, swaps: Bool)? {
        let isDouble = comparison.type == .f64
        let flushes = comparison.flushesSubnormals && comparison.type == .f32
        func choose(
            _ single: kw_lane_function, _ flushing: kw_lane_function, _ double: kw_lane_function, swaps: Bool = false
        ) -> (function: kw_lane_function, swaps: Bool) {
            (isDouble ? double : flushes ? flushing : single, swaps)
        }
        switch comparison.comparator {
        case .eq: return choose(kw_lane_setp_eq_f32, kw_lane_setp_eq_ftz_f32, kw_lane_setp_eq_f64)
        case .ne: return choose(kw_lane_setp_ne_f32, kw_lane_setp_ne_ftz_f32, kw_lane_setp_ne_f64)
        case .lt: return choose(kw_lane_setp_lt_f32, kw_lane_setp_lt_ftz_f32, kw_lane_setp_lt_f64)
        case .gt: return choose(kw_lane_setp_lt_f32, kw_lane_setp_lt_ftz_f32, kw_lane_setp_lt_f64, swaps: true)
        case .le: return choose(kw_lane_setp_le_f32, kw_lane_setp_le_ftz_f32, kw_lane_setp_le_f64)
        case .ge: return choose(kw_lane_setp_le_f32, kw_lane_setp_le_ftz_f32, kw_lane_setp_le_f64, swaps: true)
        case .equ: return choose(kw_lane_setp_equ_f32, kw_lane_setp_equ_ftz_f32, kw_lane_setp_equ_f64)
        case .neu: return choose(kw_lane_setp_neu_f32, kw_lane_setp_neu_ftz_f32, kw_lane_setp_neu_f64)
        case .ltu: return choose(kw_lane_setp_ltu_f32, kw_lane_setp_ltu_ftz_f32, kw_lane_setp_ltu_f64)
        case .gtu: return choose(kw_lane_setp_ltu_f32, kw_lane_setp_ltu_ftz_f32, kw_lane_setp_ltu_f64, swaps: true)
        case .leu: return choose(kw_lane_setp_leu_f32, kw_lane_setp_leu_ftz_f32, kw_lane_setp_leu_f64)
        case .geu: return choose(kw_lane_setp_leu_f32, kw_lane_setp_leu_ftz_f32, kw_lane_setp_leu_f64, swaps: true)
        case .num: return choose(kw_lane_setp_num_f32, kw_lane_setp_num_f32, kw_lane_setp_num_f64)
        case .nan: return choose(kw_lane_setp_nan_f32, kw_lane_setp_nan_f32, kw_lane_setp_nan_f64)
        default: return nil
        }
    }

    // MARK: set

    private mutating func lowerSet(_ comparison: PTXComparison, _ type: PTXType) throws(PTXError) {
        let other = comparison.combination == nil ? nil : try value(3, .pred)
        let target = try result(0, type)
        if comparison.type.lanes == 2 {
            let parts = try comparedPairs(comparison, other)
            let yes: UInt32 = type == .f16x2 ? 0x3c00_3c00 : type == .bf16x2 ? 0x3f80_3f80 : ~0
            return run(kw_lane_fill_b16x2, target, parts[0], parts[1], constants.word(yes))
        }
        let (x, y) = try compared(comparison, 1)
        let made = sparePredicate()
        try compare(comparison, x, y, into: made)
        if let combination = comparison.combination, let other { combine(combination, made, other) }
        let yes: UInt32
        switch type {
        case .f32: yes = Float(1).bitPattern
        case .f16: yes = 0x3c00
        case .bf16: yes = 0x3f80
        default: yes = ~0
        }
        run(kw_lane_fill_u32, target, made, constants.word(yes), constants.word(0))
    }
}
