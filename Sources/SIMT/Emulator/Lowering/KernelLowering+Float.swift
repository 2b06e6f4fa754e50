import CSIMT

/// Single and double precision.
extension KernelLowering {
    /// The functions of one operation: to the nearest value, the same flushing subnormals, and in another direction.
    private struct Functions {
        var count: Int
        var nearest: kw_lane_function
        /// nil: operands and result are flushed by operations of their own.
        var flushing: kw_lane_function?
        var directed: kw_lane_function?
    }

    mutating func lowerFloat(_ a: PTXArithmetic) throws(PTXError) {
        guard let functions = a.type == .f64 ? doubleFunctions(a) : singleFunctions(a) else {
            throw unsupported("no such floating-point operation")
        }
        var (x, y, z) = try values(functions.count, a.type)
        let target = try result(0, a.type)
        let isDirected = a.rounding != .nearestEven
        if !isDirected, let function = a.flushesSubnormals ? functions.flushing : functions.nearest {
            run(function, target, x, y, z)
        } else {
            if a.flushesSubnormals {
                x = flushed(x)
                if functions.count > 1 { y = flushed(y) }
                if functions.count > 2 { z = flushed(z) }
            }
            if isDirected {
                guard let directed = functions.directed else { throw unsupported("no such rounding") }
                let direction = self.direction(a.rounding)
                run(directed, target, x, y, functions.count == 3 ? z : direction, direction)
            } else {
                run(functions.nearest, target, x, y, z)
            }
            if a.flushesSubnormals { run(kw_lane_ftz_f32, target, target) }
        }
        if a.saturates { run(a.type == .f64 ? kw_lane_sat_f64 : kw_lane_sat_f32, target, target) }
        if a.clampsNegative { run(kw_lane_relu_f32, target, target) }
    }

    /// The constant that tells a directed operation where to round.
    mutating func direction(_ rounding: PTXRounding) -> Slot {
        switch rounding.direction {
        case .towardZero: constants.word(KW_TOWARD_ZERO.rawValue)
        case .down: constants.word(KW_DOWN.rawValue)
        case .up: constants.word(KW_UP.rawValue)
        default: constants.word(KW_NEAREST.rawValue)
        }
    }

    private mutating func flushed(_ slot: Slot) -> Slot {
        let spare = spareWord()
        run(kw_lane_ftz_f32, spare, slot)
        return spare
    }

    private func singleFunctions(_ a: PTXArithmetic) -> Functions? {
        switch instruction.operation {
        case .add:
            Functions(
                count: 2, nearest: kw_lane_add_f32, flushing: kw_lane_add_ftz_f32, directed: kw_lane_add_to_f32)
        case .sub:
            Functions(
                count: 2, nearest: kw_lane_sub_f32, flushing: kw_lane_sub_ftz_f32, directed: kw_lane_sub_to_f32)
        case .mul:
            Functions(
                count: 2, nearest: kw_lane_mul_f32, flushing: kw_lane_mul_ftz_f32, directed: kw_lane_mul_to_f32)
        case .fma, .mad:
            Functions(
                count: 3, nearest: kw_lane_fma_f32, flushing: kw_lane_fma_ftz_f32, directed: kw_lane_fma_to_f32)
        case .div where a.precision == .approximate:
            Functions(count: 2, nearest: kw_lane_div_approx_f32, flushing: kw_lane_div_approx_ftz_f32)
        case .div: Functions(count: 2, nearest: kw_lane_div_f32, directed: kw_lane_div_to_f32)
        case .rcp: Functions(count: 1, nearest: kw_lane_rcp_f32, directed: kw_lane_rcp_to_f32)
        case .sqrt: Functions(count: 1, nearest: kw_lane_sqrt_f32, directed: kw_lane_sqrt_to_f32)
        case .rsqrt: Functions(count: 1, nearest: kw_lane_rsqrt_approx_f32, flushing: kw_lane_rsqrt_approx_ftz_f32)
        case .sin: Functions(count: 1, nearest: kw_lane_sin_approx_f32, flushing: kw_lane_sin_approx_ftz_f32)
        case .cos: Functions(count: 1, nearest: kw_lane_cos_approx_f32, flushing: kw_lane_cos_approx_ftz_f32)
        case .lg2: Functions(count: 1, nearest: kw_lane_lg2_approx_f32, flushing: kw_lane_lg2_approx_ftz_f32)
        case .ex2: Functions(count: 1, nearest: kw_lane_ex2_approx_f32, flushing: kw_lane_ex2_approx_ftz_f32)
        case .tanh: Functions(count: 1, nearest: kw_lane_tanh_approx_f32, flushing: kw_lane_tanh_approx_ftz_f32)
        case .abs: Functions(count: 1, nearest: kw_lane_abs_f32)
        case .neg: Functions(count: 1, nearest: kw_lane_neg_f32)
        case .min where a.xorsSigns:
            Functions(count: 2, nearest: a.propagatesNaN ? kw_lane_min_nan_xorsign_f32 : kw_lane_min_xorsign_f32)
        case .max where a.xorsSigns:
            Functions(count: 2, nearest: a.propagatesNaN ? kw_lane_max_nan_xorsign_f32 : kw_lane_max_xorsign_f32)
        case .min where a.propagatesNaN: Functions(count: 2, nearest: kw_lane_min_nan_f32)
        case .max where a.propagatesNaN: Functions(count: 2, nearest: kw_lane_max_nan_f32)
        case .min: Functions(count: 2, nearest: kw_lane_min_f32, flushing: kw_lane_min_ftz_f32)
        case .max: Functions(count: 2, nearest: kw_lane_max_f32, flushing: kw_lane_max_ftz_f32)
        default: nil
        }
    }

    private func doubleFunctions(_ a: PTXArithmetic) -> Functions? {
        switch instruction.operation {
        case .add: Functions(count: 2, nearest: kw_lane_add_f64, directed: kw_lane_add_to_f64)
        case .sub: Functions(count: 2, nearest: kw_lane_sub_f64, directed: kw_lane_sub_to_f64)
        case .mul: Functions(count: 2, nearest: kw_lane_mul_f64, directed: kw_lane_mul_to_f64)
        case .fma, .mad: Functions(count: 3, nearest: kw_lane_fma_f64, directed: kw_lane_fma_to_f64)
        case .div: Functions(count: 2, nearest: kw_lane_div_f64, directed: kw_lane_div_to_f64)
        case .rcp where a.precision == .approximate:
            Functions(count: 1, nearest: kw_lane_rcp_approx_f64, flushing: kw_lane_rcp_approx_f64)
        case .rcp: Functions(count: 1, nearest: kw_lane_rcp_f64, directed: kw_lane_rcp_to_f64)
        case .sqrt: Functions(count: 1, nearest: kw_lane_sqrt_f64, directed: kw_lane_sqrt_to_f64)
        case .rsqrt: Functions(count: 1, nearest: kw_lane_rsqrt_approx_f64, flushing: kw_lane_rsqrt_approx_f64)
        case .abs: Functions(count: 1, nearest: kw_lane_abs_f64)
        case .neg: Functions(count: 1, nearest: kw_lane_neg_f64)
        case .min: Functions(count: 2, nearest: kw_lane_min_f64)
        case .max: Functions(count: 2, nearest: kw_lane_max_f64)
        default: nil
        }
    }

    /// Two single-precision numbers in a register of 64 bits: each half on its own.
    mutating func lowerPair(_ a: PTXArithmetic) throws(PTXError) {
        var element = a
        element.type = .f32
        guard let functions = singleFunctions(element) else { throw unsupported("no such operation on pairs") }
        var halves: [Slot] = []
        for part in [kw_lane_low_b64, kw_lane_high_b64] as [kw_lane_function] {
            var operands: [Slot] = []
            for index in 1...functions.count {
                let spare = spareWord()
                run(part, spare, try value(index, .b64))
                operands.append(spare)
            }
            while operands.count < 3 { operands.append(operands[0]) }
            let made = spareWord()
            if a.rounding == .nearestEven {
                guard let function = a.flushesSubnormals ? functions.flushing : functions.nearest else {
                    throw unsupported("no such operation on pairs")
                }
                run(function, made, operands[0], operands[1], operands[2])
            } else {
                guard let directed = functions.directed, !a.flushesSubnormals else {
                    throw unsupported("no such rounding of pairs")
                }
                let direction = self.direction(a.rounding)
                run(directed, made, operands[0], operands[1], functions.count == 3 ? operands[2] : direction, direction)
            }
            halves.append(made)
        }
        run(kw_lane_pack_b64, try result(0, .b64), halves[0], halves[1])
    }
}
