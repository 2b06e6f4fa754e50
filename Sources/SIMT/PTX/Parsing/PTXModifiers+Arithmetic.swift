/// Modifiers of arithmetic.
extension PTXModifiers {
    /// Modifiers that only some operations have, beside the type.
    private struct Forms: OptionSet {
        let rawValue: Int
        static let rounding = Forms(rawValue: 1)
        static let flush = Forms(rawValue: 2)
        static let saturate = Forms(rawValue: 4)
        static let approximate = Forms(rawValue: 8)
        static let full = Forms(rawValue: 16)
        static let relu = Forms(rawValue: 32)
        static let extremes = Forms(rawValue: 64)
        static let halves = Forms(rawValue: 128)
        static let wide = Forms(rawValue: 256)
        static let carry = Forms(rawValue: 512)
    }

    mutating func arithmetic(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        let numbers = PTXType.integers + PTXType.packedIntegers + PTXType.halves + PTXType.floats + [.f32x2]
        let signed: [PTXType] = [.s16, .s32, .s64] + PTXType.halves + PTXType.floats
        switch opcode {
        case .add: return .add(try arithmetic([.rounding, .flush, .saturate, .carry], numbers))
        case .sub: return .sub(try arithmetic([.rounding, .flush, .saturate, .carry], numbers))
        case .addc: return .add(try withCarry(.carry))
        case .subc: return .sub(try withCarry(.carry))
        case .mul: return .mul(try arithmetic([.rounding, .flush, .saturate, .halves, .wide], numbers))
        case .mad: return .mad(try arithmetic([.rounding, .flush, .saturate, .halves, .wide, .carry], numbers))
        case .madc: return .mad(try withCarry([.halves, .carry]))
        case .fma:
            return .fma(
                try arithmetic(
                    [.rounding, .flush, .saturate, .relu], PTXType.halves + PTXType.floats + [.f32x2]))
        case .div:
            return .div(
                try arithmetic([.rounding, .flush, .approximate, .full], PTXType.integers + PTXType.floats))
        case .rem: return .rem(try arithmetic([], PTXType.integers))
        case .abs: return .abs(try arithmetic(.flush, signed))
        case .neg: return .neg(try arithmetic(.flush, signed))
        case .min: return .min(try arithmetic([.flush, .relu, .extremes], numbers))
        case .max: return .max(try arithmetic([.flush, .relu, .extremes], numbers))
        case .rcp: return .rcp(try arithmetic([.rounding, .flush, .approximate], PTXType.floats))
        case .sqrt: return .sqrt(try arithmetic([.rounding, .flush, .approximate], PTXType.floats))
        case .rsqrt: return .rsqrt(try arithmetic([.flush, .approximate], PTXType.floats))
        case .sin: return .sin(try arithmetic([.flush, .approximate], [.f32]))
        case .cos: return .cos(try arithmetic([.flush, .approximate], [.f32]))
        case .lg2: return .lg2(try arithmetic([.flush, .approximate], [.f32]))
        case .ex2: return .ex2(try arithmetic([.flush, .approximate], [.f32] + PTXType.halves))
        case .tanh: return .tanh(try arithmetic(.approximate, [.f32] + PTXType.halves))
        case .sad: return .sad(try arithmetic([], PTXType.integers))
        case .mul24: return .mul24(try arithmetic(.halves, [.u32, .s32]))
        case .mad24: return .mad24(try arithmetic([.halves, .saturate], [.u32, .s32]))
        case .copysign: return .copysign(try needType(of: PTXType.floats))
        default: throw error(.unsupported, "no arithmetic")
        }
    }

    private mutating func withCarry(_ forms: Forms) throws(PTXError) -> PTXArithmetic {
        var arithmetic = try self.arithmetic(forms, PTXType.words)
        arithmetic.carry = arithmetic.carry == .writes ? .readsAndWrites : .reads
        return arithmetic
    }

    private mutating func arithmetic(_ forms: Forms, _ types: [PTXType]) throws(PTXError) -> PTXArithmetic {
        var result = PTXArithmetic(try needType(of: types))
        let isFloat = result.type.isFloatingPoint
        if forms.contains(.carry), !isFloat, take("cc") { result.carry = .writes }
        if forms.contains(.halves), !isFloat {
            let words = forms.contains(.wide) ? ["lo", "hi", "wide"] : ["lo", "hi"]
            switch try need("the half of the product", of: words) {
            case "lo": result.part = .low
            case "hi": result.part = .high
            default: result.part = .wide
            }
            guard result.part != .wide || result.type.bitWidth < 64 else {
                throw error(.unsupported, "no wide product of 64-bit numbers", hint: ".lo .hi")
            }
        }
        if forms.contains(.saturate), isFloat || result.type.isSigned { result.saturates = take("sat") }
        if forms.contains(.relu) { result.clampsNegative = take("relu") }
        guard isFloat else { return result }
        if forms.contains(.approximate), take("approx") { result.precision = .approximate }
        if forms.contains(.full), take("full") { result.precision = .full }
        if forms.contains(.rounding) {
            let directions: [PTXRounding] = [.nearestEven, .towardZero, .down, .up]
            result.rounding = takeFirst(PTXRounding.self, of: directions) ?? .nearestEven
        }
        // Of double precision only the coarse approximations flush.
        if forms.contains(.flush), result.type != .f64 || result.precision == .approximate {
            result.flushesSubnormals = take("ftz")
        }
        if forms.contains(.extremes) {
            result.propagatesNaN = take("NaN")
            if take("xorsign") {
                _ = try need("the magnitude of .xorsign", of: ["abs"])
                result.xorsSigns = true
            }
        }
        return result
    }
}
