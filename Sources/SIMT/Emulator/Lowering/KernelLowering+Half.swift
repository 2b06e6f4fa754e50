import CSIMT

/// Half precision and bfloat16, alone and in pairs.
extension KernelLowering {
    /// The functions for `f16`, `bf16`, `f16x2`, `bf16x2`.
    private struct Family {
        var f16: kw_lane_function
        var bf16: kw_lane_function
        var f16x2: kw_lane_function
        var bf16x2: kw_lane_function

        func function(_ type: PTXType) -> kw_lane_function {
            switch type {
            case .f16: f16
            case .bf16: bf16
            case .f16x2: f16x2
            default: bf16x2
            }
        }
    }

    mutating func lowerHalf(_ a: PTXArithmetic) throws(PTXError) {
        guard a.rounding == .nearestEven, !a.xorsSigns, let (count, family) = halfFamily(a) else {
            throw unsupported("no such operation on halves")
        }
        let flush = Self.flush.function(a.type)
        var operands: [Slot] = []
        for index in 1...count {
            var operand = try value(index, a.type)
            if a.flushesSubnormals {
                let spare = spareWord()
                run(flush, spare, operand)
                operand = spare
            }
            operands.append(operand)
        }
        while operands.count < 3 { operands.append(operands[0]) }
        let target = try result(0, a.type)
        run(family.function(a.type), target, operands[0], operands[1], operands[2])
        if a.flushesSubnormals { run(flush, target, target) }
        if a.saturates { run(Self.saturation.function(a.type), target, target) }
        if a.clampsNegative { run(Self.rectifier.function(a.type), target, target) }
    }

    private static var flush: Family {
        Family(f16: kw_lane_ftz_f16, bf16: kw_lane_ftz_bf16, f16x2: kw_lane_ftz_f16x2, bf16x2: kw_lane_ftz_bf16x2)
    }
    private static var saturation: Family {
        Family(f16: kw_lane_sat_f16, bf16: kw_lane_sat_bf16, f16x2: kw_lane_sat_f16x2, bf16x2: kw_lane_sat_bf16x2)
    }
    private static var rectifier: Family {
        Family(f16: kw_lane_relu_f16, bf16: kw_lane_relu_bf16, f16x2: kw_lane_relu_f16x2, bf16x2: kw_lane_relu_bf16x2)
    }

    private func halfFamily(_ a: PTXArithmetic) -> (count: Int, family: Family)? {
        switch instruction.operation {
        case .add:
            (
                2,
                Family(
                    f16: kw_lane_add_f16, bf16: kw_lane_add_bf16, f16x2: kw_lane_add_f16x2, bf16x2: kw_lane_add_bf16x2)
            )
        case .sub:
            (
                2,
                Family(
                    f16: kw_lane_sub_f16, bf16: kw_lane_sub_bf16, f16x2: kw_lane_sub_f16x2, bf16x2: kw_lane_sub_bf16x2)
            )
        case .mul:
            (
                2,
                Family(
                    f16: kw_lane_mul_f16, bf16: kw_lane_mul_bf16, f16x2: kw_lane_mul_f16x2, bf16x2: kw_lane_mul_bf16x2)
            )
        case .fma:
            (
                3,
                Family(
                    f16: kw_lane_fma_f16, bf16: kw_lane_fma_bf16, f16x2: kw_lane_fma_f16x2, bf16x2: kw_lane_fma_bf16x2)
            )
        case .min where a.propagatesNaN:
            (
                2,
                Family(
                    f16: kw_lane_min_nan_f16, bf16: kw_lane_min_nan_bf16, f16x2: kw_lane_min_nan_f16x2,
                    bf16x2: kw_lane_min_nan_bf16x2)
            )
        case .max where a.propagatesNaN:
            (
                2,
                Family(
                    f16: kw_lane_max_nan_f16, bf16: kw_lane_max_nan_bf16, f16x2: kw_lane_max_nan_f16x2,
                    bf16x2: kw_lane_max_nan_bf16x2)
            )
        case .min:
            (
                2,
                Family(
                    f16: kw_lane_min_f16, bf16: kw_lane_min_bf16, f16x2: kw_lane_min_f16x2, bf16x2: kw_lane_min_bf16x2)
            )
        case .max:
            (
                2,
                Family(
                    f16: kw_lane_max_f16, bf16: kw_lane_max_bf16, f16x2: kw_lane_max_f16x2, bf16x2: kw_lane_max_bf16x2)
            )
        // Signs are one bit in both formats.
        case .abs:
            (
                1,
                Family(
                    f16: kw_lane_abs_f16, bf16: kw_lane_abs_f16, f16x2: kw_lane_abs_f16x2, bf16x2: kw_lane_abs_f16x2)
            )
        case .neg:
            (
                1,
                Family(
                    f16: kw_lane_neg_f16, bf16: kw_lane_neg_f16, f16x2: kw_lane_neg_f16x2, bf16x2: kw_lane_neg_f16x2)
            )
        case .ex2:
            (
                1,
                Family(
                    f16: kw_lane_ex2_approx_f16, bf16: kw_lane_ex2_approx_bf16, f16x2: kw_lane_ex2_approx_f16x2,
                    bf16x2: kw_lane_ex2_approx_bf16x2)
            )
        case .tanh:
            (
                1,
                Family(
                    f16: kw_lane_tanh_approx_f16, bf16: kw_lane_tanh_approx_bf16, f16x2: kw_lane_tanh_approx_f16x2,
                    bf16x2: kw_lane_tanh_approx_bf16x2)
            )
        default: nil
        }
    }
}
