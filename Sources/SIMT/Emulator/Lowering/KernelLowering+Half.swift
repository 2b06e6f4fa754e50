import CSIMT

/// Half precision and bfloat16, alone and in pairs.
extension KernelLowering {
    /// The functions for `f16`, `bf16`, `f16x2`, `bf16x2`.
    private struct Family {
        /// How many operands each of them takes.
        let count: Int
        private let f16: kw_lane_function
        private let bf16: kw_lane_function
        private let f16x2: kw_lane_function
        private let bf16x2: kw_lane_function

        init(
            _ count: Int, _ f16: kw_lane_function, _ bf16: kw_lane_function, _ f16x2: kw_lane_function,
            _ bf16x2: kw_lane_function
        ) {
            self.count = count
            (self.f16, self.bf16, self.f16x2, self.bf16x2) = (f16, bf16, f16x2, bf16x2)
        }

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
        guard a.rounding == .nearestEven, !a.xorsSigns, let family = halfFamily(a) else {
            throw unsupported("no such operation on halves")
        }
        let flush = Self.flush.function(a.type)
        var operands: [Slot] = []
        for index in 1...family.count {
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
        Family(1, kw_lane_ftz_f16, kw_lane_ftz_bf16, kw_lane_ftz_f16x2, kw_lane_ftz_bf16x2)
    }
    private static var saturation: Family {
        Family(1, kw_lane_sat_f16, kw_lane_sat_bf16, kw_lane_sat_f16x2, kw_lane_sat_bf16x2)
    }
    private static var rectifier: Family {
        Family(1, kw_lane_relu_f16, kw_lane_relu_bf16, kw_lane_relu_f16x2, kw_lane_relu_bf16x2)
    }

    private func halfFamily(_ a: PTXArithmetic) -> Family? {
        switch instruction.operation {
        case .add: Family(2, kw_lane_add_f16, kw_lane_add_bf16, kw_lane_add_f16x2, kw_lane_add_bf16x2)
        case .sub: Family(2, kw_lane_sub_f16, kw_lane_sub_bf16, kw_lane_sub_f16x2, kw_lane_sub_bf16x2)
        case .mul: Family(2, kw_lane_mul_f16, kw_lane_mul_bf16, kw_lane_mul_f16x2, kw_lane_mul_bf16x2)
        case .fma: Family(3, kw_lane_fma_f16, kw_lane_fma_bf16, kw_lane_fma_f16x2, kw_lane_fma_bf16x2)
        case .min where a.propagatesNaN:
            Family(2, kw_lane_min_nan_f16, kw_lane_min_nan_bf16, kw_lane_min_nan_f16x2, kw_lane_min_nan_bf16x2)
        case .max where a.propagatesNaN:
            Family(2, kw_lane_max_nan_f16, kw_lane_max_nan_bf16, kw_lane_max_nan_f16x2, kw_lane_max_nan_bf16x2)
        case .min: Family(2, kw_lane_min_f16, kw_lane_min_bf16, kw_lane_min_f16x2, kw_lane_min_bf16x2)
        case .max: Family(2, kw_lane_max_f16, kw_lane_max_bf16, kw_lane_max_f16x2, kw_lane_max_bf16x2)
        // Signs are one bit in both formats.
        case .abs: Family(1, kw_lane_abs_f16, kw_lane_abs_f16, kw_lane_abs_f16x2, kw_lane_abs_f16x2)
        case .neg: Family(1, kw_lane_neg_f16, kw_lane_neg_f16, kw_lane_neg_f16x2, kw_lane_neg_f16x2)
        case .ex2:
            Family(
                1, kw_lane_ex2_approx_f16, kw_lane_ex2_approx_bf16, kw_lane_ex2_approx_f16x2, kw_lane_ex2_approx_bf16x2)
        case .tanh:
            Family(
                1, kw_lane_tanh_approx_f16, kw_lane_tanh_approx_bf16, kw_lane_tanh_approx_f16x2,
                kw_lane_tanh_approx_bf16x2)
        default: nil
        }
    }
}
