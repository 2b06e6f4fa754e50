/// Conversions from one floating-point format to another, and to whole numbers that stay floating point.
enum FloatConversions {
    static var all: [ArithmeticOperation] {
        [exactOnes, fromHalves, fromSingle, pairs, fromDouble, toWhole].flatMap { $0 }
    }

    /// What a conversion does; numbers of single precision are flushed on both sides.
    private static func rule(
        _ to: FloatFormat, _ from: FloatFormat, _ form: FloatForm, whole: RoundingDirection? = nil
    ) -> ArithmeticOperation.Rule.Element {
        { a, _, _ in
            var value = from.value(form.flushes && from == .single ? from.flushed(a) : a)
            if let whole { value = value.whole(whole) }
            let made = to.bits(value, form.direction)
            return form.clamp.applied(to: form.flushes && to == .single ? to.flushed(made) : made, to)
        }
    }

    private static func conversion(
        _ name: String, _ to: FloatFormat, _ from: OperandKind, _ source: FloatFormat, _ form: FloatForm,
        parts: Int = 1
    ) -> ArithmeticOperation {
        ArithmeticOperation(name, [from], .float(to), parts: parts, .exact(rule(to, source, form)))
    }

    /// Into formats that hold every number of the other one.
    private static var exactOnes: [ArithmeticOperation] {
        [
            conversion("cvt.f32.f16", .single, .float(.half), .half, FloatForm()),
            conversion("cvt.ftz.f32.f16", .single, .float(.half), .half, FloatForm(flushes: true)),
            conversion("cvt.sat.f32.f16", .single, .float(.half), .half, FloatForm(clamp: .saturate)),
            conversion("cvt.f32.bf16", .single, .float(.bfloat), .bfloat, FloatForm()),
            conversion("cvt.ftz.f32.bf16", .single, .float(.bfloat), .bfloat, FloatForm(flushes: true)),
            conversion("cvt.f64.f16", .double, .float(.half), .half, FloatForm()),
            conversion("cvt.f64.bf16", .double, .float(.bfloat), .bfloat, FloatForm()),
            conversion("cvt.f64.f32", .double, .float(.single), .single, FloatForm(), parts: 2),
            conversion("cvt.ftz.f64.f32", .double, .float(.single), .single, FloatForm(flushes: true), parts: 2),
            conversion("cvt.sat.f32.f32", .single, .float(.single), .single, FloatForm(clamp: .saturate), parts: 2),
            conversion(
                "cvt.ftz.sat.f32.f32", .single, .float(.single), .single,
                FloatForm(flushes: true, clamp: .saturate), parts: 2),
        ]
    }

    private static var fromHalves: [ArithmeticOperation] {
        FloatForm.directions.flatMap { form in
            [
                conversion("cvt.\(form.direction.rawValue).bf16.f16", .bfloat, .float(.half), .half, form),
                conversion("cvt.\(form.direction.rawValue).f16.bf16", .half, .float(.bfloat), .bfloat, form),
            ]
        }
    }

    // MARK: From single precision

    /// What comes with rounding to a narrow format beside the four directions.
    private static let clamped =
        [RoundingDirection.nearestEven, .towardZero].flatMap { direction in
            [ResultClamp.rectify, .finite, .rectifyFinite].map { FloatForm(direction: direction, clamp: $0) }
        }

    private static var fromSingle: [ArithmeticOperation] {
        let half =
            FloatForm.directions + clamped + [
                FloatForm(flushes: true), FloatForm(clamp: .saturate), FloatForm(flushes: true, clamp: .saturate),
            ]
        let bfloat = FloatForm.directions + clamped
        func narrowing(_ type: String, _ format: FloatFormat, _ forms: [FloatForm]) -> [ArithmeticOperation] {
            forms.map { form in
                conversion(
                    "cvt.\(form.direction.rawValue)\(form.suffix).\(type).f32", format,
                    .beside(format, of: .single), .single, form, parts: forms.count)
            }
        }
        return narrowing("f16", .half, half) + narrowing("bf16", .bfloat, bfloat) + toTensorFloat
    }

    /// The result stands in the high bits of a register of 32.
    private static var toTensorFloat: [ArithmeticOperation] {
        let format = FloatFormat.tensorFloat
        let forms =
            [RoundingDirection.nearestEven, .towardZero].flatMap { direction in
                [ResultClamp.none, .rectify, .finite].map { FloatForm(direction: direction, clamp: $0) }
            } + [FloatForm(direction: .nearestAway), FloatForm(direction: .nearestAway, clamp: .finite)]
        return forms.map { form in
            let element = rule(format, .single, form)
            return ArithmeticOperation(
                "cvt.\(form.direction.rawValue)\(form.suffix).tf32.f32", [.beside(format, of: .single)],
                .float(.single), parts: forms.count, .exact { a, b, c in element(a, b, c) << 13 })
        }
    }

    /// Two numbers into one register: the first source is the high half.
    private static var pairs: [ArithmeticOperation] {
        let forms = [RoundingDirection.nearestEven, .towardZero].map { FloatForm(direction: $0) } + clamped
        var made: [ArithmeticOperation] = []
        for (type, format) in [("f16x2", FloatFormat.half), ("bf16x2", .bfloat)] {
            for form in forms {
                let element = rule(format, .single, form)
                made.append(
                    ArithmeticOperation(
                        "cvt.\(form.direction.rawValue)\(form.suffix).\(type).f32",
                        [.beside(format, of: .single), .beside(format, of: .single)], .pair(format),
                        parts: forms.count, .exact { a, b, _ in element(a, 0, 0) << 16 | element(b, 0, 0) }))
            }
        }
        return made
    }

    private static var fromDouble: [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for (type, format) in [("f32", FloatFormat.single), ("f16", .half), ("bf16", .bfloat)] {
            var forms = FloatForm.directions
            // Only single precision has a form that flushes.
            if format == .single {
                forms += RoundingDirection.usual.map { FloatForm(direction: $0, flushes: true) }
            }
            made += forms.map { form in
                conversion(
                    "cvt.\(form.direction.rawValue)\(form.suffix).\(type).f64", format,
                    .beside(format, of: .double), .double, form, parts: forms.count)
            }
        }
        return made
    }

    // MARK: To whole numbers

    private static var toWhole: [ArithmeticOperation] {
        let types = [("f16", FloatFormat.half), ("bf16", .bfloat), ("f32", .single), ("f64", .double)]
        var made: [ArithmeticOperation] = []
        for direction in RoundingDirection.usual {
            for (type, format) in types {
                let operand: OperandKind =
                    format.width == 16 ? .float(format) : .scaled(format, -3...format.fractionBits + 2)
                for flushes in format == .single ? [false, true] : [false] {
                    let element = rule(format, format, FloatForm(flushes: flushes), whole: direction)
                    made.append(
                        ArithmeticOperation(
                            "cvt.\(direction.wholeWord)\(flushes ? ".ftz" : "").\(type).\(type)", [operand],
                            .float(format), parts: format == .single ? 8 : 4, .exact(element)))
                }
            }
        }
        return made
    }
}
