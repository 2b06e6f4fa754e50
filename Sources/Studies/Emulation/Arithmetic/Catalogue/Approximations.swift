/// The approximate functions, against what the PTX manual says of their errors (PTX ISA 9.0, sections 9.7.3 and 9.7.4).
enum Approximations {
    private typealias Wanted = @Sendable (Double) -> ErrorBound.Wanted

    static var all: [ArithmeticOperation] { [single, quotients, halves].flatMap { $0 } }

    // MARK: Single precision

    private static var single: [ArithmeticOperation] {
        let unit = ErrorBound(text: "", format: .single)
        return [
            function("rcp.approx", "1 ulp", .float(.single)) { x in
                let exact = 1 / x
                return .near(exact, within: unit.unit(exact))
            },
            function("sqrt.approx", "relative 2⁻²³", .float(.single)) { x in
                x < 0 ? .bits(FloatFormat.single.canonicalNaN) : relative(x.squareRoot(), 0x1p-23)
            },
            function("rsqrt.approx", "relative 2⁻²²·⁹", .float(.single)) { x in
                x < 0 ? .bits(FloatFormat.single.canonicalNaN) : relative(1 / x.squareRoot(), power(-22.9))
            },
            function("sin.approx", angles, .scaled(.single, -30...9)) { angle($0, ElementaryFunction.sine($0)) },
            function("cos.approx", angles, .scaled(.single, -30...9)) { angle($0, ElementaryFunction.cosine($0)) },
            function("lg2.approx", "absolute 2⁻²² in (0.5, 2), relative 2⁻²² elsewhere", .float(.single)) { x in
                if x < 0 { return .bits(FloatFormat.single.canonicalNaN) }
                let exact = ElementaryFunction.log2(x)
                return x > 0.5 && x < 2 ? .near(exact, within: 0x1p-22) : relative(exact, 0x1p-22)
            },
            function("ex2.approx", "2 ulp", .scaled(.single, -30...7)) { x in
                let exact = ElementaryFunction.exp2(x)
                return .near(exact, within: 2 * unit.unit(exact))
            },
            function("tanh.approx", "relative 2⁻¹¹", .scaled(.single, -40...5), flushes: [false]) { x in
                relative(ElementaryFunction.tanh(x), 0x1p-11)
            },
        ].flatMap { $0 }
    }

    private static let angles = "absolute 2⁻²⁰·⁵ in −2π … 2π, 2⁻¹⁴·⁷ in −100π … 100π"

    private static func angle(_ x: Double, _ exact: Double) -> ErrorBound.Wanted {
        let size = x.magnitude
        if size <= 2 * .pi { return .near(exact, within: power(-20.5)) }
        return size <= 100 * .pi ? .near(exact, within: power(-14.7)) : .anything
    }

    private static func power(_ exponent: Double) -> Double { ElementaryFunction.exp2(exponent) }

    private static func relative(_ exact: Double, _ share: Double) -> ErrorBound.Wanted {
        .near(exact, within: share * exact.magnitude)
    }

    /// A function of one number of single precision, in the forms with and without flushing.
    private static func function(
        _ name: String, _ bound: String, _ operand: OperandKind, flushes: [Bool] = [false, true],
        _ wanted: @escaping Wanted
    ) -> [ArithmeticOperation] {
        let format = FloatFormat.single
        return flushes.map { flushes in
            let section = name.prefix { $0 != "." }
            let limit = ErrorBound(text: "\(bound) (PTX ISA 9.7.3, \(section))", format: format, flushes: flushes)
            return ArithmeticOperation(
                "\(name)\(flushes ? ".ftz" : "").f32", [operand], .float(format), parts: 1,
                .bounded(limit) { a, _ in
                    let bits = flushes ? format.flushed(a) : a
                    return special(String(section), format, bits) ?? wanted(format.number(bits))
                })
        }
    }

    /// What the manual's tables say of zeros, infinities and NaN; nil for other numbers.
    private static func special(_ name: String, _ format: FloatFormat, _ bits: UInt64) -> ErrorBound.Wanted? {
        let sign = bits & format.signBit
        let isZero = bits == sign
        let isInfinite = bits == format.infinity | sign
        if format.isNaN(bits) { return .bits(format.canonicalNaN) }
        guard isZero || isInfinite else { return nil }
        let (nan, zero) = (format.canonicalNaN, UInt64(0))
        switch name {
        case "rcp": return .bits((isZero ? format.infinity : zero) | sign)
        case "sqrt": return .bits(isZero ? sign : sign == 0 ? format.infinity : nan)
        case "rsqrt": return .bits(isZero ? format.infinity | sign : sign == 0 ? zero : nan)
        case "sin": return .bits(isZero ? sign : nan)
        case "cos": return .bits(isZero ? format.one : nan)
        case "lg2": return .bits(isZero ? format.infinity | format.signBit : sign == 0 ? format.infinity : nan)
        case "ex2": return .bits(isZero ? format.one : sign == 0 ? format.infinity : zero)
        default: return .bits(isZero ? sign : format.one | sign)
        }
    }

    // MARK: Quotients

    private static var quotients: [ArithmeticOperation] {
        [false, true].flatMap { flushes in
            [
                quotient("div.approx", flushes, "2 ulp for divisors of 2⁻¹²⁶ … 2¹²⁶") { x, y in
                    let size = y.magnitude
                    guard size.isFinite, size > 0x1p126 else { return size < 0x1p-126 ? .anything : nil }
                    // The reciprocal is zero.
                    let format = FloatFormat.single
                    let sign = x.sign == y.sign ? 0 : format.signBit
                    return .bits(x.isFinite ? sign : format.canonicalNaN)
                },
                quotient("div.full", flushes, "2 ulp") { _, _ in nil },
            ]
        }
    }

    private static func quotient(
        _ name: String, _ flushes: Bool, _ bound: String,
        _ special: @escaping @Sendable (Double, Double) -> ErrorBound.Wanted?
    ) -> ArithmeticOperation {
        let format = FloatFormat.single
        let limit = ErrorBound(text: "\(bound) (PTX ISA 9.7.3, div)", format: format, flushes: flushes)
        return ArithmeticOperation(
            "\(name)\(flushes ? ".ftz" : "").f32", [.float(format), .float(format)], .float(format), parts: 2,
            .bounded(limit) { a, b in
                let (left, right) = flushes ? (format.flushed(a), format.flushed(b)) : (a, b)
                if let wanted = special(format.number(left), format.number(right)) { return wanted }
                let exact = FloatValue.quotient(format.value(left), format.value(right))
                guard case .finite(let number) = exact, !number.isZero else { return .bits(format.bits(exact)) }
                let double = Double(bitPattern: FloatFormat.double.bits(exact))
                return .near(double, within: 2 * limit.unit(double))
            })
    }

    // MARK: Half precision

    private static var halves: [ArithmeticOperation] {
        let exponential: Wanted = { relative(ElementaryFunction.exp2($0), power(-9.9)) }
        let coarse: Wanted = { relative(ElementaryFunction.exp2($0), 0x1p-7) }
        let tangent: Wanted = { .near(ElementaryFunction.tanh($0), within: power(-10.987)) }
        let coarseTangent: Wanted = { .near(ElementaryFunction.tanh($0), within: 0x1p-8) }
        return [
            both("ex2.approx", "f16", .half, "relative 2⁻⁹·⁹", exponential),
            both("ex2.approx.ftz", "bf16", .bfloat, "relative 2⁻⁷", flushes: true, coarse),
            both("tanh.approx", "f16", .half, "absolute 2⁻¹⁰·⁹⁸⁷", tangent),
            both("tanh.approx", "bf16", .bfloat, "absolute 2⁻⁸", coarseTangent),
        ].flatMap { $0 }
    }

    /// The function of one number and of two side by side.
    private static func both(
        _ name: String, _ type: String, _ format: FloatFormat, _ bound: String, flushes: Bool = false,
        _ wanted: @escaping Wanted
    ) -> [ArithmeticOperation] {
        let section = String(name.prefix { $0 != "." })
        let limit = ErrorBound(text: "\(bound) (PTX ISA 9.7.4, \(section))", format: format, flushes: flushes)
        let rule = ArithmeticOperation.Rule.bounded(limit) { a, _ in
            let bits = flushes ? format.flushed(a) : a
            return special(section, format, bits) ?? wanted(format.number(bits))
        }
        return [
            ArithmeticOperation("\(name).\(type)", [.float(format)], .float(format), rule),
            ArithmeticOperation("\(name).\(type)x2", [.pair(format)], .pair(format), rule),
        ]
    }
}
