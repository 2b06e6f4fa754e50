import CSIMT

/// Conversions between types: through 32 or 64 bits of the source's kind, then to the result, then to the register.
extension KernelLowering {
    mutating func lowerConversion(_ conversion: PTXConversion) throws(PTXError) {
        if conversion.isPacking { return try lowerPackingConversion(conversion) }
        if conversion.to.lanes == 2 || conversion.from.lanes == 2 { return try lowerPairConversion(conversion) }
        let made: Slot
        switch (conversion.from.isFloatingPoint, conversion.to.isFloatingPoint) {
        case (false, false): return try lowerIntegerConversion(conversion)
        case (false, true): made = try floatFromInteger(conversion)
        case (true, false): return try lowerIntegerFromFloat(conversion)
        case (true, true): made = try floatFromFloat(conversion)
        }
        if conversion.saturation == .range {
            switch conversion.to {
            case .f64: run(kw_lane_sat_f64, made, made)
            case .f16: run(kw_lane_sat_f16, made, made)
            case .bf16: run(kw_lane_sat_bf16, made, made)
            default: run(kw_lane_sat_f32, made, made)
            }
        }
        if conversion.saturation == .finite {
            switch conversion.to {
            case .f16: run(kw_lane_finite_f16, made, made)
            case .bf16: run(kw_lane_finite_bf16, made, made)
            case .tf32: run(kw_lane_finite_tf32, made, made)
            default: throw unsupported("no such saturation")
            }
        }
        if conversion.clampsNegative {
            switch conversion.to {
            case .f16: run(kw_lane_relu_f16, made, made)
            case .bf16: run(kw_lane_relu_bf16, made, made)
            default: run(kw_lane_relu_f32, made, made)
            }
        }
        let target = try result(0, conversion.to)
        if conversion.to != .f64, isWideRegister(0) {
            run(conversion.to.bitWidth == 16 ? kw_lane_ext_u16_32_64 : kw_lane_ext_u32_32_64, target, made)
        } else {
            move(conversion.to, to: target, from: made)
        }
    }

    // MARK: Integers

    /// The low bits of the operand, extended by its type to 64 bits.
    private mutating func extendedTo64(_ index: Int, _ type: PTXType) throws(PTXError) -> Slot {
        let isHeldWide = isWideOperand(index, type)
        let source = try value(index, isHeldWide ? .b64 : .b32)
        if type.bitWidth == 64, isHeldWide { return source }
        let spare = spareDouble()
        run(Self.extension64(type, isHeldWide), spare, source)
        return spare
    }

    private static func extension64(_ type: PTXType, _ fromWide: Bool) -> kw_lane_function {
        switch type {
        case .u8: fromWide ? kw_lane_ext_u8_64_64 : kw_lane_ext_u8_32_64
        case .s8: fromWide ? kw_lane_ext_s8_64_64 : kw_lane_ext_s8_32_64
        case .u16: fromWide ? kw_lane_ext_u16_64_64 : kw_lane_ext_u16_32_64
        case .s16: fromWide ? kw_lane_ext_s16_64_64 : kw_lane_ext_s16_32_64
        case .s32: fromWide ? kw_lane_ext_s32_64_64 : kw_lane_ext_s32_32_64
        case .u32: fromWide ? kw_lane_ext_u32_64_64 : kw_lane_ext_u32_32_64
        default: fromWide ? kw_lane_mov_b64 : kw_lane_ext_u32_32_64
        }
    }

    private static func extension32(_ type: PTXType, _ fromWide: Bool) -> kw_lane_function {
        switch type {
        case .u8: fromWide ? kw_lane_ext_u8_64_32 : kw_lane_ext_u8_32_32
        case .s8: fromWide ? kw_lane_ext_s8_64_32 : kw_lane_ext_s8_32_32
        case .u16: fromWide ? kw_lane_ext_u16_64_32 : kw_lane_ext_u16_32_32
        case .s16: fromWide ? kw_lane_ext_s16_64_32 : kw_lane_ext_s16_32_32
        default: fromWide ? kw_lane_low_b64 : kw_lane_mov_b32
        }
    }

    private mutating func lowerIntegerConversion(_ conversion: PTXConversion) throws(PTXError) {
        let (from, to) = (conversion.from, conversion.to)
        let target = try result(0, to)
        let isTargetWide = isWideRegister(0)
        if conversion.saturation != .none {
            var made = try extendedTo64(1, from)
            if let clamp = Self.clamp(to, from.isSigned) {
                let spare = to.bitWidth == 64 ? spareDouble() : spareWord()
                run(clamp, spare, made)
                made = spare
            }
            return store(made, to, isWide: to.bitWidth == 64, target, isTargetWide)
        }
        let isHeldWide = isWideOperand(1, from)
        let source = try value(1, isHeldWide ? .b64 : .b32)
        guard from.bitWidth < to.bitWidth else {
            return run(
                isTargetWide ? Self.extension64(to, isHeldWide) : Self.extension32(to, isHeldWide), target, source)
        }
        // Sign bits go up to the width of the result, zeros above it.
        if from.isSigned, !to.isSigned, to.bitWidth < (isTargetWide ? 64 : 32) {
            let spare = spareWord()
            run(Self.extension32(from, isHeldWide), spare, source)
            run(isTargetWide ? Self.extension64(to, false) : Self.extension32(to, false), target, spare)
        } else {
            run(isTargetWide ? Self.extension64(from, isHeldWide) : Self.extension32(from, isHeldWide), target, source)
        }
    }

    private mutating func store(_ made: Slot, _ type: PTXType, isWide: Bool, _ target: Slot, _ isTargetWide: Bool) {
        switch (isWide, isTargetWide) {
        case (true, true): run(kw_lane_mov_b64, target, made)
        case (false, true): run(Self.extension64(type, false), target, made)
        case (true, false): run(kw_lane_low_b64, target, made)
        case (false, false): run(kw_lane_mov_b32, target, made)
        }
    }

    private static func clamp(_ to: PTXType, _ fromSigned: Bool) -> kw_lane_function? {
        switch to {
        case .u8: fromSigned ? kw_lane_clamp_u8_s64 : kw_lane_clamp_u8_u64
        case .s8: fromSigned ? kw_lane_clamp_s8_s64 : kw_lane_clamp_s8_u64
        case .u16: fromSigned ? kw_lane_clamp_u16_s64 : kw_lane_clamp_u16_u64
        case .s16: fromSigned ? kw_lane_clamp_s16_s64 : kw_lane_clamp_s16_u64
        case .u32: fromSigned ? kw_lane_clamp_u32_s64 : kw_lane_clamp_u32_u64
        case .s32: fromSigned ? kw_lane_clamp_s32_s64 : kw_lane_clamp_s32_u64
        case .u64: fromSigned ? kw_lane_clamp_u64_s64 : nil
        default: fromSigned ? nil : kw_lane_clamp_s64_u64
        }
    }

    // MARK: From integers to floating point

    private mutating func floatFromInteger(_ conversion: PTXConversion) throws(PTXError) -> Slot {
        let from = conversion.from
        let isWide = from.bitWidth == 64
        var source = try extendedTo64(1, from)
        if !isWide {
            let spare = spareWord()
            run(kw_lane_low_b64, spare, source)
            source = spare
        }
        let isSigned = from.isSigned
        let rounding = conversion.rounding ?? .nearestEven
        let isNearest = rounding == .nearestEven
        if conversion.to == .f64 {
            let made = spareDouble()
            if !isWide {
                run(isSigned ? kw_lane_cvt_f64_s32 : kw_lane_cvt_f64_u32, made, source)
            } else if isNearest {
                run(isSigned ? kw_lane_cvt_f64_s64 : kw_lane_cvt_f64_u64, made, source)
            } else {
                let direction = self.direction(rounding)
                run(isSigned ? kw_lane_cvt_to_f64_s64 : kw_lane_cvt_to_f64_u64, made, source, direction)
            }
            return made
        }
        let made = spareWord()
        if conversion.to == .f32 {
            switch (isWide, isNearest) {
            case (false, true): run(isSigned ? kw_lane_cvt_f32_s32 : kw_lane_cvt_f32_u32, made, source)
            case (true, true): run(isSigned ? kw_lane_cvt_f32_s64 : kw_lane_cvt_f32_u64, made, source)
            case (false, false):
                let direction = self.direction(rounding)
                run(isSigned ? kw_lane_cvt_to_f32_s32 : kw_lane_cvt_to_f32_u32, made, source, direction)
            case (true, false):
                let direction = self.direction(rounding)
                run(isSigned ? kw_lane_cvt_to_f32_s64 : kw_lane_cvt_to_f32_u64, made, source, direction)
            }
            return made
        }
        // To a half by way of a float that remembers what was cut off.
        let wide = try extendedTo64(1, from)
        run(isSigned ? kw_lane_cvt_odd_f32_s64 : kw_lane_cvt_odd_f32_u64, made, wide)
        return try narrowed(made, conversion.to, rounding)
    }

    /// A single-precision number rounded to a half, bfloat16 or tf32.
    private mutating func narrowed(_ slot: Slot, _ to: PTXType, _ rounding: PTXRounding) throws(PTXError) -> Slot {
        let made = spareWord()
        switch (to, rounding) {
        case (.f16, .nearestEven): run(kw_lane_cvt_f16_f32, made, slot)
        case (.bf16, .nearestEven): run(kw_lane_cvt_bf16_f32, made, slot)
        case (.f16, _): run(kw_lane_cvt_to_f16_f32, made, slot, direction(rounding))
        case (.bf16, _): run(kw_lane_cvt_to_bf16_f32, made, slot, direction(rounding))
        case (.tf32, .nearestAway): run(kw_lane_cvt_away_tf32_f32, made, slot)
        case (.tf32, .towardZero): run(kw_lane_cvt_zero_tf32_f32, made, slot)
        case (.tf32, _): run(kw_lane_cvt_tf32_f32, made, slot)
        default: throw unsupported("no such conversion")
        }
        return made
    }

    // MARK: From floating point

    /// The operand as single precision (halves are exact in it) or, for `f64`, as it is.
    private mutating func floatSource(_ conversion: PTXConversion, _ index: Int = 1) throws(PTXError) -> Slot {
        let from = conversion.from
        if from == .f64 { return try value(index, .f64) }
        let source = try value(index, .b32)
        if from == .f16 || from == .bf16 { return widened(source, from) }
        guard conversion.flushesSubnormals else { return source }
        let spare = spareWord()
        run(kw_lane_ftz_f32, spare, source)
        return spare
    }

    private mutating func floatFromFloat(_ conversion: PTXConversion) throws(PTXError) -> Slot {
        let (from, to) = (conversion.from, conversion.to)
        var source = try floatSource(conversion)
        if let rounding = conversion.rounding, rounding.isWhole {
            let spare = from == .f64 ? spareDouble() : spareWord()
            run(Self.whole(rounding, from == .f64), spare, source)
            source = spare
        }
        let rounding = conversion.rounding?.direction ?? .nearestEven
        switch (from == .f64, to) {
        case (true, .f64), (false, .f32):
            let made = spare(to)
            move(to, to: made, from: source)
            if to == .f32, conversion.flushesSubnormals { run(kw_lane_ftz_f32, made, made) }
            return made
        case (false, .f64):
            let made = spareDouble()
            run(kw_lane_cvt_f64_f32, made, source)
            return made
        case (true, .f32):
            let made = spareWord()
            if rounding == .nearestEven {
                run(kw_lane_cvt_f32_f64, made, source)
            } else {
                run(kw_lane_cvt_to_f32_f64, made, source, direction(rounding))
            }
            if conversion.flushesSubnormals { run(kw_lane_ftz_f32, made, made) }
            return made
        case (true, _):
            let odd = spareWord()
            run(kw_lane_cvt_odd_f32_f64, odd, source)
            return try narrowed(odd, to, rounding)
        case (false, _): return try narrowed(source, to, rounding)
        }
    }

    private static func whole(_ rounding: PTXRounding, _ isDouble: Bool) -> kw_lane_function {
        switch rounding {
        case .wholeTowardZero: isDouble ? kw_lane_round_zero_f64 : kw_lane_round_zero_f32
        case .wholeDown: isDouble ? kw_lane_round_down_f64 : kw_lane_round_down_f32
        case .wholeUp: isDouble ? kw_lane_round_up_f64 : kw_lane_round_up_f32
        default: isDouble ? kw_lane_round_even_f64 : kw_lane_round_even_f32
        }
    }

    private mutating func lowerIntegerFromFloat(_ conversion: PTXConversion) throws(PTXError) {
        let isDouble = conversion.from == .f64
        var source = try floatSource(conversion)
        if let rounding = conversion.rounding, rounding.direction != .towardZero {
            let spare = isDouble ? spareDouble() : spareWord()
            let known: PTXRounding =
                rounding.direction == .down ? .wholeDown : rounding.direction == .up ? .wholeUp : .wholeNearestEven
            run(Self.whole(known, isDouble), spare, source)
            source = spare
        }
        let to = conversion.to
        if isDouble, to == .u8 || to == .u16 {
            let made = spareWord()
            run(to == .u8 ? kw_lane_cvt_u8_f64 : kw_lane_cvt_u16_f64, made, source)
            return store(made, to, isWide: false, try result(0, to), isWideRegister(0))
        }
        let isWide = to.bitWidth == 64
        var made = isWide ? spareDouble() : spareWord()
        let function: kw_lane_function
        switch (isWide, to.isSigned || to.bitWidth < 32) {
        case (false, true): function = isDouble ? kw_lane_cvt_s32_f64 : kw_lane_cvt_s32_f32
        case (false, false): function = isDouble ? kw_lane_cvt_u32_f64 : kw_lane_cvt_u32_f32
        case (true, true): function = isDouble ? kw_lane_cvt_s64_f64 : kw_lane_cvt_s64_f32
        case (true, false): function = isDouble ? kw_lane_cvt_u64_f64 : kw_lane_cvt_u64_f32
        }
        run(function, made, source)
        if to.bitWidth < 32, let clamp = Self.clamp(to, true) {
            let wide = spareDouble()
            run(kw_lane_ext_s32_32_64, wide, made)
            made = spareWord()
            run(clamp, made, wide)
        }
        store(made, to, isWide: isWide, try result(0, to), isWideRegister(0))
    }

    // MARK: Packed results

    private mutating func lowerPackingConversion(_ conversion: PTXConversion) throws(PTXError) {
        var sources: [Slot] = []
        for index in 1...2 { sources.append(try floatSource(conversion, index)) }
        let target = try result(0, conversion.to)
        let rounding = conversion.rounding ?? .nearestEven
        switch conversion.to {
        case .e4m3x2: run(kw_lane_join_e4m3x2_f32, target, sources[0], sources[1])
        case .e5m2x2: run(kw_lane_join_e5m2x2_f32, target, sources[0], sources[1])
        case .f16x2 where rounding == .nearestEven:
            run(kw_lane_join_f16x2_f32, target, sources[0], sources[1])
        case .bf16x2 where rounding == .nearestEven:
            run(kw_lane_join_bf16x2_f32, target, sources[0], sources[1])
        case .f16x2, .bf16x2:
            let high = try narrowed(sources[0], conversion.to.element, rounding)
            let low = try narrowed(sources[1], conversion.to.element, rounding)
            run(kw_lane_pack_b32, target, low, high)
        default: throw unsupported("no such conversion")
        }
        if conversion.saturation == .finite {
            switch conversion.to {
            case .f16x2: run(kw_lane_finite_f16x2, target, target)
            case .bf16x2: run(kw_lane_finite_bf16x2, target, target)
            // Floats of 8 bits always end at the largest finite number.
            default: break
            }
        }
        guard conversion.clampsNegative else { return }
        switch conversion.to {
        case .f16x2: run(kw_lane_relu_f16x2, target, target)
        case .bf16x2: run(kw_lane_relu_bf16x2, target, target)
        default: throw unsupported("no such conversion")
        }
    }

    private mutating func lowerPairConversion(_ conversion: PTXConversion) throws(PTXError) {
        let source = try value(1, conversion.from)
        let target = try result(0, conversion.to)
        switch (conversion.to, conversion.from) {
        case (.e4m3x2, .f16x2): run(kw_lane_cvt_e4m3x2_f16x2, target, source)
        case (.e5m2x2, .f16x2): run(kw_lane_cvt_e5m2x2_f16x2, target, source)
        case (.f16x2, .e4m3x2): run(kw_lane_cvt_f16x2_e4m3x2, target, source)
        case (.f16x2, .e5m2x2): run(kw_lane_cvt_f16x2_e5m2x2, target, source)
        default: throw unsupported("no such conversion")
        }
        if conversion.clampsNegative {
            guard conversion.to == .f16x2 else { throw unsupported("no such conversion") }
            run(kw_lane_relu_f16x2, target, target)
        }
    }

    mutating func lowerIntegerPacking(_ packing: PTXIntegerPacking) throws(PTXError) {
        let function: kw_lane_function
        switch packing.to {
        case .u16: function = kw_lane_cvt_pack_u16
        case .s16: function = kw_lane_cvt_pack_s16
        case .u8: function = kw_lane_cvt_pack_u8
        case .s8: function = kw_lane_cvt_pack_s8
        case .u4: function = kw_lane_cvt_pack_u4
        case .s4: function = kw_lane_cvt_pack_s4
        default: throw unsupported("no such packing")
        }
        let carried = packing.hasCarriedBits ? try value(3, .b32) : constants.word(0)
        run(function, try result(0, .b32), try value(1, .s32), try value(2, .s32), carried)
    }

    // MARK: Addresses

    mutating func lowerAddressConversion() throws(PTXError) {
        if case .isspacep(let space) = instruction.operation { return try lowerSpaceQuestion(space) }
        guard case .cvta(let conversion) = instruction.operation else { throw unsupported("no address conversion") }
        let isWide = conversion.type.bitWidth == 64
        let source = try value(1, conversion.type)
        let target = try result(0, conversion.type)
        let window = Self.window(conversion.space)
        // Shared addresses of 32 bits cannot hold the window; they stay as they are.
        let isFrame = conversion.space == .param && number != kernel
        guard window != 0, isWide, !isFrame else { return move(conversion.type, to: target, from: source) }
        run(conversion.isToSpace ? kw_lane_sub_u64 : kw_lane_add_u64, target, source, constants.double(window))
    }

    private static func window(_ space: PTXStateSpace) -> UInt64 {
        switch space {
        case .shared, .sharedCluster: AddressMap.shared
        case .local: AddressMap.local
        case .const: AddressMap.constant
        case .param: AddressMap.parameter
        default: 0
        }
    }

    private mutating func lowerSpaceQuestion(_ space: PTXStateSpace) throws(PTXError) {
        let address = try value(1, .b64)
        let target = try result(0, .pred)
        let window = Self.window(space)
        guard window != 0 else {
            return run(kw_lane_setp_le_u64, target, constants.double(1 << AddressMap.slotBits), address)
        }
        let high = spareWord()
        run(kw_lane_high_b64, high, address)
        run(kw_lane_setp_eq_u32, target, high, constants.word(UInt32(window >> 32)))
    }
}
