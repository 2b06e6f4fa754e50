/// Single and double precision in every rounding direction.
enum WideOperations {
    private struct Kind {
        var name: String
        var format: FloatFormat
        /// Whether subnormal numbers can be flushed.
        var flushes: Bool
    }

    private static let kinds = [
        Kind(name: "f32", format: .single, flushes: true), Kind(name: "f64", format: .double, flushes: false),
    ]

    static var all: [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for kind in kinds {
            for part in [arithmetic, extremes, signs, predicates] { made += part(kind) }
        }
        return made
    }

    private typealias Exact = @Sendable (FloatValue, FloatValue, FloatValue) -> FloatValue

    private static func arithmetic(_ kind: Kind) -> [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for direction in RoundingDirection.usual {
            made += operations(kind, direction, "add", 2, clamps: true) { a, b, _ in .sum(a, b, direction) }
            made += operations(kind, direction, "sub", 2, clamps: true) { a, b, _ in .sum(a, b.negated, direction) }
            made += operations(kind, direction, "mul", 2, clamps: true) { a, b, _ in .product(a, b) }
            made += operations(kind, direction, "fma", 3, clamps: true) { a, b, c in .fused(a, b, c, direction) }
            made += operations(kind, direction, "div", 2) { a, b, _ in .quotient(a, b) }
            made += operations(kind, direction, "rcp", 1) { a, _, _ in .quotient(.one, a) }
            made += operations(kind, direction, "sqrt", 1) { a, _, _ in a.root }
        }
        return made
    }

    /// One operation in one direction, with and without what PTX adds for single precision.
    private static func operations(
        _ kind: Kind, _ direction: RoundingDirection, _ name: String, _ count: Int, clamps: Bool = false,
        _ exact: @escaping Exact
    ) -> [ArithmeticOperation] {
        var forms = [FloatForm(direction: direction)]
        if kind.flushes { forms.append(FloatForm(direction: direction, flushes: true)) }
        if kind.flushes, clamps {
            forms.append(FloatForm(direction: direction, clamp: .saturate))
            forms.append(FloatForm(direction: direction, flushes: true, clamp: .saturate))
        }
        return forms.map { form in
            ArithmeticOperation(
                "\(name).\(direction.rawValue)\(form.suffix).\(kind.name)",
                Array(repeating: .float(kind.format), count: count), .float(kind.format), parts: forms.count,
                .exact(ArithmeticOperation.Rule.element(kind.format, form, exact)))
        }
    }

    private static func extremes(_ kind: Kind) -> [ArithmeticOperation] {
        // Modifiers, whether they flush, keep NaN, and join the signs.
        var forms = [("", false, false, false)]
        if kind.flushes {
            forms += [
                (".ftz", true, false, false), (".NaN", false, true, false), (".xorsign.abs", false, false, true),
                (".NaN.xorsign.abs", false, true, true), (".ftz.NaN.xorsign.abs", true, true, true),
            ]
        }
        var made: [ArithmeticOperation] = []
        for isMaximum in [false, true] {
            for (suffix, flushes, keepsNaN, xorsSigns) in forms {
                let element = ArithmeticOperation.Rule.extreme(
                    kind.format, isMaximum: isMaximum, flushes: flushes, keepsNaN: keepsNaN, xorsSigns: xorsSigns)
                made.append(
                    ArithmeticOperation(
                        (isMaximum ? "max" : "min") + suffix + ".\(kind.name)",
                        [.float(kind.format), .float(kind.format)], .float(kind.format), parts: forms.count,
                        .exact(element)))
            }
        }
        return made
    }

    private static func signs(_ kind: Kind) -> [ArithmeticOperation] {
        let (format, signBit) = (kind.format, kind.format.signBit)
        var made: [ArithmeticOperation] = []
        for flushes in kind.flushes ? [false, true] : [false] {
            let suffix = (flushes ? ".ftz" : "") + ".\(kind.name)"
            let negation = ArithmeticOperation.Rule.sign(format, flushes: flushes) { $0 ^ signBit }
            let magnitude = ArithmeticOperation.Rule.sign(format, flushes: flushes) { $0 & ~signBit }
            made.append(
                ArithmeticOperation("neg" + suffix, [.float(format)], .float(format), parts: 4, .exact(negation)))
            made.append(
                ArithmeticOperation("abs" + suffix, [.float(format)], .float(format), parts: 4, .exact(magnitude)))
        }
        return made
    }

    private static func predicates(_ kind: Kind) -> [ArithmeticOperation] {
        let format = kind.format
        var made: [ArithmeticOperation] = []
        for flushes in kind.flushes ? [false, true] : [false] {
            for comparator in Comparator.allCases {
                let name = "setp.\(comparator.rawValue)\(flushes ? ".ftz" : "").\(kind.name)"
                let operation = ArithmeticOperation(
                    name, [.float(format), .float(format)], .bits(32), parts: Comparator.allCases.count,
                    .exact { a, b, _ in comparator.holds(format, a, b, flushes: flushes) ? 1 : 0 })
                made.append(operation.written("\(name) %p1, %a, %b; selp.u32 %d, 1, 0, %p1;"))
            }
        }
        return made
    }
}
