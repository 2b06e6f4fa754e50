import CSIMT

/// Bit operations and moves.
extension KernelLowering {
    mutating func lowerBits() throws(PTXError) {
        switch instruction.operation {
        case .and(let type):
            try binary(type, pred: kw_lane_pred_and, word: kw_lane_and_b32, double: kw_lane_and_b64)
        case .or(let type): try binary(type, pred: kw_lane_pred_or, word: kw_lane_or_b32, double: kw_lane_or_b64)
        case .xor(let type):
            try binary(type, pred: kw_lane_pred_xor, word: kw_lane_xor_b32, double: kw_lane_xor_b64)
        case .not(let type):
            try unary(type, pred: kw_lane_pred_not, word: kw_lane_not_b32, double: kw_lane_not_b64)
        case .cnot(let type):
            let word: kw_lane_function = type.bitWidth == 16 ? kw_lane_cnot_b16 : kw_lane_cnot_b32
            try unary(type, pred: kw_lane_pred_not, word: word, double: kw_lane_cnot_b64)
        case .shl(let type):
            run(
                type.bitWidth == 64 ? kw_lane_shl_b64 : kw_lane_shl_b32, try result(0, type), try value(1, type),
                try value(2, .u32))
        case .shr(let type): try lowerShiftRight(type)
        case .shf(let shift): try ternary(Self.funnelShift(shift))
        case .popc(let type): try count(type, kw_lane_popc_b32, kw_lane_popc_b64)
        case .clz(let type): try count(type, kw_lane_clz_b32, kw_lane_clz_b64)
        case .bfind(let type, let shiftAmount): try lowerFirstBit(type, shiftAmount: shiftAmount)
        case .brev(let type):
            try unary(type, pred: kw_lane_pred_mov, word: kw_lane_brev_b32, double: kw_lane_brev_b64)
        case .bfe(let type): try lowerBitField(type)
        case .bfi(let type):
            run(
                type.bitWidth == 64 ? kw_lane_bfi_b64 : kw_lane_bfi_b32, try result(0, type), try value(1, type),
                try value(2, type), try value(3, .u32), try value(4, .u32))
        case .bmsk(let wraps):
            run(
                wraps ? kw_lane_bmsk_wrap : kw_lane_bmsk_clamp, try result(0, .b32), try value(1, .u32),
                try value(2, .u32))
        case .szext(let type, let wraps):
            run(
                Self.fieldExtension(type, wraps: wraps), try result(0, .b32), try value(1, .u32), try value(2, .u32))
        case .fns: try ternary(kw_lane_fns)
        case .prmt(let mode): try lowerPermute(mode)
        case .lop3(let logic): try lowerLogic(logic)
        default: throw unsupported("no operation on bits")
        }
    }

    private mutating func unary(
        _ type: PTXType, pred: kw_lane_function, word: kw_lane_function, double: kw_lane_function
    ) throws(PTXError) {
        let function = type == .pred ? pred : type.bitWidth == 64 ? double : word
        let source = try value(1, type)
        run(function, try result(0, type), source, source)
    }

    private mutating func binary(
        _ type: PTXType, pred: kw_lane_function, word: kw_lane_function, double: kw_lane_function
    ) throws(PTXError) {
        let function = type == .pred ? pred : type.bitWidth == 64 ? double : word
        run(function, try result(0, type), try value(1, type), try value(2, type))
    }

    private mutating func ternary(_ function: kw_lane_function) throws(PTXError) {
        let (x, y, z) = try values(3, .b32)
        run(function, try result(0, .b32), x, y, z)
    }

    private mutating func count(
        _ type: PTXType, _ word: kw_lane_function, _ double: kw_lane_function
    ) throws(PTXError) {
        run(type.bitWidth == 64 ? double : word, try result(0, .b32), try value(1, type))
    }

    // MARK: Shifts and fields

    private mutating func lowerShiftRight(_ type: PTXType) throws(PTXError) {
        let function = Self.pick(
            type, u16: kw_lane_shr_u16, s16: kw_lane_shr_s16, u32: kw_lane_shr_u32, s32: kw_lane_shr_s32,
            u64: kw_lane_shr_u64, s64: kw_lane_shr_s64)
        guard let function else { throw unsupported("no such shift") }
        run(function, try result(0, type), try value(1, type), try value(2, .u32))
    }

    private static func funnelShift(_ shift: PTXFunnelShift) -> kw_lane_function {
        switch (shift.isLeft, shift.wraps) {
        case (true, true): kw_lane_shf_l_wrap
        case (true, false): kw_lane_shf_l_clamp
        case (false, true): kw_lane_shf_r_wrap
        case (false, false): kw_lane_shf_r_clamp
        }
    }

    private mutating func lowerFirstBit(_ type: PTXType, shiftAmount: Bool) throws(PTXError) {
        switch (shiftAmount, type.isSigned) {
        case (false, false): try count(type, kw_lane_bfind_u32, kw_lane_bfind_u64)
        case (false, true): try count(type, kw_lane_bfind_s32, kw_lane_bfind_s64)
        case (true, false): try count(type, kw_lane_bfind_shift_u32, kw_lane_bfind_shift_u64)
        case (true, true): try count(type, kw_lane_bfind_shift_s32, kw_lane_bfind_shift_s64)
        }
    }

    private mutating func lowerBitField(_ type: PTXType) throws(PTXError) {
        let function = Self.pick(
            type, u16: kw_lane_bfe_u32, s16: kw_lane_bfe_s32, u32: kw_lane_bfe_u32, s32: kw_lane_bfe_s32,
            u64: kw_lane_bfe_u64, s64: kw_lane_bfe_s64)
        guard let function else { throw unsupported("no such bit field") }
        run(function, try result(0, type), try value(1, type), try value(2, .u32), try value(3, .u32))
    }

    private static func fieldExtension(_ type: PTXType, wraps: Bool) -> kw_lane_function {
        switch (wraps, type.isSigned) {
        case (true, true): kw_lane_szext_wrap_s32
        case (true, false): kw_lane_szext_wrap_u32
        case (false, true): kw_lane_szext_clamp_s32
        case (false, false): kw_lane_szext_clamp_u32
        }
    }

    // MARK: Permutations and tables

    private mutating func lowerPermute(_ mode: PTXPermuteMode) throws(PTXError) {
        let number: kw_permute_mode
        switch mode {
        case .general: return try ternary(kw_lane_prmt)
        case .f4e: number = KW_PERMUTE_F4E
        case .b4e: number = KW_PERMUTE_B4E
        case .rc8: number = KW_PERMUTE_RC8
        case .ecl: number = KW_PERMUTE_ECL
        case .ecr: number = KW_PERMUTE_ECR
        case .rc16: number = KW_PERMUTE_RC16
        }
        let (x, y, z) = try values(3, .b32)
        run(kw_lane_prmt_mode, try result(0, .b32), x, y, z, constants.word(number.rawValue))
    }

    private mutating func lowerLogic(_ logic: PTXLogic) throws(PTXError) {
        guard case .immediate(let immediate) = try operand(4) else { throw unsupported("a table that is no constant") }
        let (x, y, z) = try values(3, .b32)
        let table = constants.word(UInt32(truncatingIfNeeded: immediate.bits(as: .b32)))
        guard let combination = logic.combination else {
            return run(kw_lane_lop3, try result(0, .b32), x, y, z, table)
        }
        freezeGuard()
        guard case .pair(let first, let second) = try operand(0) else { throw unsupported("a predicate is missing") }
        let made = spareWord()
        let other = try value(5, .pred)
        run(kw_lane_lop3, made, x, y, z, table)
        let isSet = sparePredicate()
        run(kw_lane_setp_ne_u32, isSet, made, constants.word(0))
        combine(combination, isSet, other)
        run(kw_lane_mov_b32, try result(of: first, .b32), made)
        run(kw_lane_pred_mov, try result(of: second, .pred), isSet)
    }

    /// Combines a predicate with another one, in place.
    mutating func combine(_ combination: PTXBooleanOperator, _ predicate: Slot, _ other: Slot) {
        let function: kw_lane_function
        switch combination {
        case .and: function = kw_lane_pred_and
        case .or: function = kw_lane_pred_or
        case .xor: function = kw_lane_pred_xor
        }
        run(function, predicate, predicate, other)
    }

    // MARK: Moves

    mutating func lowerMove(_ type: PTXType) throws(PTXError) {
        switch (try operand(0), try operand(1)) {
        case (.vector(let results), .vector(let sources)) where results.count == sources.count:
            // Elements may be among both; read all before writing.
            let element = Self.element(of: type, results.count)
            var held: [Slot] = []
            for source in sources {
                let spare = spare(element)
                move(element, to: spare, from: try value(of: source, element))
                held.append(spare)
            }
            for (result, source) in zip(results, held) {
                move(element, to: try self.result(of: result, element), from: source)
            }
        case (.vector(let results), let source): try unpack(results, source, type)
        case (let result, .vector(let sources)):
            let packed = try pack(sources, type)
            move(type, to: try self.result(of: result, type), from: packed)
        case (let result, let source):
            move(type, to: try self.result(of: result, type), from: try value(of: source, type))
        }
    }

    private static func element(of type: PTXType, _ count: Int) -> PTXType {
        switch type.bitWidth / count {
        case 64: .b64
        case 32: .b32
        case 16: .b16
        default: .b8
        }
    }

    mutating func move(_ type: PTXType, to target: Slot, from source: Slot) {
        switch type.bitWidth {
        case 1: run(kw_lane_pred_mov, target, source, source)
        case 128:
            run(kw_lane_mov_b64, target, source)
            run(kw_lane_mov_b64, target + 256, source + 256)
        case 64: run(kw_lane_mov_b64, target, source)
        default: run(kw_lane_mov_b32, target, source)
        }
    }

    /// The elements in one register of the type, the first one lowest.
    private mutating func pack(_ elements: [PTXOperand], _ type: PTXType) throws(PTXError) -> Slot {
        let element = Self.element(of: type, elements.count)
        var held: [Slot] = []
        for operand in elements { held.append(try value(of: operand, element)) }
        var width = element.bitWidth
        while held.count > 1, width < 64 {
            var joined: [Slot] = []
            for index in stride(from: 0, to: held.count - 1, by: 2) {
                let spare = width == 32 ? spareDouble() : spareWord()
                let function: kw_lane_function =
                    width == 32 ? kw_lane_pack_b64 : width == 16 ? kw_lane_pack_b32 : kw_lane_pack_b16
                run(function, spare, held[index], held[index + 1])
                joined.append(spare)
            }
            held = joined
            width *= 2
        }
        guard type.bitWidth == 128, held.count == 2 else { return held[0] }
        // The two spare slots side by side that hold 128 bits.
        let low = spareDouble()
        _ = spareDouble()
        run(kw_lane_mov_b64, low, held[0])
        run(kw_lane_mov_b64, low + 256, held[1])
        return low
    }

    private mutating func unpack(_ results: [PTXOperand], _ source: PTXOperand, _ type: PTXType) throws(PTXError) {
        let element = Self.element(of: type, results.count)
        var held: [Slot]
        var width = type.bitWidth
        if width == 128 {
            let source = try value(of: source, .b128)
            held = [source, source + 256]
            width = 64
        } else {
            held = [try value(of: source, type)]
        }
        while width > element.bitWidth {
            var parts: [Slot] = []
            let (low, high): (kw_lane_function, kw_lane_function) =
                width == 64
                ? (kw_lane_low_b64, kw_lane_high_b64)
                : width == 32 ? (kw_lane_low_b32, kw_lane_high_b32) : (kw_lane_low_b16, kw_lane_high_b16)
            for slot in held {
                let spares = (spareWord(), spareWord())
                run(low, spares.0, slot)
                run(high, spares.1, slot)
                parts += [spares.0, spares.1]
            }
            held = parts
            width /= 2
        }
        for (result, slot) in zip(results, held) {
            if case .sink = result { continue }
            move(element, to: try self.result(of: result, element), from: slot)
        }
    }
}
