/// Half precision and bfloat16, alone and in pairs.
enum HalfOperations {
    /// A type of 16 bits with the forms that PTX has of it.
    private struct Kind {
        var name: String
        var format: FloatFormat
        /// Whether subnormal numbers can be flushed.
        var flushes: Bool
        /// Of sums and products, and of fused ones.
        var forms: [FloatForm]
        var fusedForms: [FloatForm]

        var flushing: [Bool] { flushes ? [false, true] : [false] }
    }

    private static let kinds = [
        Kind(
            name: "f16", format: .half, flushes: true,
            forms: [
                FloatForm(), FloatForm(flushes: true), FloatForm(clamp: .saturate),
                FloatForm(flushes: true, clamp: .saturate),
            ],
            fusedForms: [
                FloatForm(), FloatForm(flushes: true), FloatForm(clamp: .saturate),
                FloatForm(flushes: true, clamp: .saturate), FloatForm(clamp: .rectify),
                FloatForm(flushes: true, clamp: .rectify),
            ]),
        Kind(
            name: "bf16", format: .bfloat, flushes: false, forms: [FloatForm()],
            fusedForms: [FloatForm(), FloatForm(clamp: .rectify)]),
    ]

    static var all: [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for kind in kinds {
            for part in [sums, fused, extremes, signs, predicates, sets] { made += part(kind) }
        }
        return made
    }

    /// The operation on one number and on two side by side.
    private static func both(
        _ kind: Kind, _ name: String, _ count: Int, parts: Int, _ element: @escaping ArithmeticOperation.Rule.Element
    ) -> [ArithmeticOperation] {
        [
            ArithmeticOperation(
                "\(name).\(kind.name)", Array(repeating: .float(kind.format), count: count), .float(kind.format),
                parts: parts, .exact(element)),
            ArithmeticOperation(
                "\(name).\(kind.name)x2", Array(repeating: .pair(kind.format), count: count), .pair(kind.format),
                parts: parts, .both(element)),
        ]
    }

    private static func sums(_ kind: Kind) -> [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for form in kind.forms {
            func add(
                _ name: String, _ exact: @escaping @Sendable (FloatValue, FloatValue, FloatValue) -> FloatValue
            ) {
                made += both(
                    kind, "\(name).rn\(form.suffix)", 2, parts: kind.forms.count,
                    ArithmeticOperation.Rule.element(kind.format, form, exact))
            }
            add("add") { a, b, _ in .sum(a, b, .nearestEven) }
            add("sub") { a, b, _ in .sum(a, b.negated, .nearestEven) }
            add("mul") { a, b, _ in .product(a, b) }
        }
        return made
    }

    private static func fused(_ kind: Kind) -> [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for form in kind.fusedForms {
            let element = ArithmeticOperation.Rule.element(kind.format, form) { a, b, c in
                .fused(a, b, c, .nearestEven)
            }
            made += both(kind, "fma.rn\(form.suffix)", 3, parts: kind.fusedForms.count, element)
        }
        return made
    }

    private static func extremes(_ kind: Kind) -> [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for isMaximum in [false, true] {
            for flushes in kind.flushing {
                for keepsNaN in [false, true] {
                    made += both(
                        kind, (isMaximum ? "max" : "min") + (flushes ? ".ftz" : "") + (keepsNaN ? ".NaN" : ""), 2,
                        parts: 2 * kind.flushing.count,
                        ArithmeticOperation.Rule.extreme(
                            kind.format, isMaximum: isMaximum, flushes: flushes, keepsNaN: keepsNaN))
                }
            }
        }
        return made
    }

    private static func signs(_ kind: Kind) -> [ArithmeticOperation] {
        let signBit = kind.format.signBit
        var made: [ArithmeticOperation] = []
        for flushes in kind.flushing {
            let suffix = flushes ? ".ftz" : ""
            let negation = ArithmeticOperation.Rule.sign(kind.format, flushes: flushes) { $0 ^ signBit }
            let magnitude = ArithmeticOperation.Rule.sign(kind.format, flushes: flushes) { $0 & ~signBit }
            made += both(kind, "neg" + suffix, 1, parts: 1, negation)
            made += both(kind, "abs" + suffix, 1, parts: 1, magnitude)
        }
        return made
    }

    private static func predicates(_ kind: Kind) -> [ArithmeticOperation] {
        let format = kind.format
        let parts = Comparator.allCases.count * kind.flushing.count
        var made: [ArithmeticOperation] = []
        for flushes in kind.flushing {
            for comparator in Comparator.allCases {
                let name = "setp.\(comparator.rawValue)\(flushes ? ".ftz" : "").\(kind.name)"
                let alone = ArithmeticOperation(
                    name, [.float(format), .float(format)], .bits(32), parts: parts,
                    .exact { a, b, _ in comparator.holds(format, a, b, flushes: flushes) ? 1 : 0 })
                made.append(alone.written("\(name) %p1, %a, %b; selp.u32 %d, 1, 0, %p1;"))
                let pair = ArithmeticOperation(
                    name + "x2", [.pair(format), .pair(format)], .bits(32), parts: parts,
                    .exact { a, b, _ in
                        let low = comparator.holds(format, a & 0xffff, b & 0xffff, flushes: flushes)
                        let high = comparator.holds(format, a >> 16, b >> 16, flushes: flushes)
                        return (low ? 1 : 0) | (high ? 2 : 0)
                    })
                made.append(
                    pair.written(
                        "\(name)x2 %p1|%p2, %a, %b; selp.u32 %d, 1, 0, %p1; @%p2 or.b32 %d, %d, 2;"))
            }
        }
        return made
    }

    /// Comparisons that give 1.0 or 0.0 of the compared type.
    private static func sets(_ kind: Kind) -> [ArithmeticOperation] {
        let format = kind.format
        var made: [ArithmeticOperation] = []
        for comparator in Comparator.allCases {
            let name = "set.\(comparator.rawValue)"
            let operations = both(kind, name, 2, parts: Comparator.allCases.count) { a, b, _ in
                comparator.holds(format, a, b, flushes: false) ? format.one : 0
            }
            for operation in operations {
                // The type of the result comes first, then that of the operands: both alone, or both pairs.
                var copy = operation
                copy.name += operation.name.hasSuffix("x2") ? ".\(kind.name)x2" : ".\(kind.name)"
                made.append(copy.written(copy.name + " %d, %a, %b;"))
            }
        }
        return made
    }
}
