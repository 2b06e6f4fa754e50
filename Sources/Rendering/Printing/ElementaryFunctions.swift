import KernelIR

/// The formulas of `MathMode.fast`: branch-free float32 code for scalars and vectors alike.
///
/// The polynomials are minimax fits (Lawson's iteration in float64 on the relative error, coefficients rounded to
/// float32), found for this project. Each formula's comment states its greatest error against float64, measured over
/// a sample of all float32 bit patterns. Infinities, NaN and overflow come out as in PyTorch; so do
/// denormal results, but those of `exp`, which are 0.
/// Range reduction by adding a constant whose unit in the last place is 1: Muller et al., "Handbook of Floating-Point
/// Arithmetic", section 11.
enum ElementaryFunctions {
    /// The functions that have a formula.
    static let operations: Set<UnaryOperator> = [.exp, .expm1, .log, .log1p, .tanh, .erf]

    /// Functions a formula calls.
    static func dependencies(of operation: UnaryOperator) -> [UnaryOperator] { operation == .log1p ? [.log] : [] }

    /// The definition of `kw_<operation><width>`.
    ///
    /// Formulas are written with `$F` and `$I` for the float and int types and in OpenCL's names for `fma`, `select`,
    /// `as_` and `convert_`; a dialect without them defines them in its prologue.
    static func text(_ operation: UnaryOperator, width: Int, _ dialect: any Dialect) -> String {
        let (real, integer) = (dialect.valueType(.float32, width: width), dialect.valueType(.int32, width: width))
        let name = Helper.elementary(operation, width).name
        var writer = CodeWriter()
        writer.line("// Greatest error: \(greatestError(operation)).")
        writer.open("\(dialect.helperQualifier) \(real) \(name)(\(real) x)")
        for line in body(operation, width) {
            writer.line(line.replacing("$F", with: real).replacing("$I", with: integer))
        }
        writer.close()
        return writer.text
    }

    private static func greatestError(_ operation: UnaryOperator) -> String {
        switch operation {
        case .exp: "1.0 units in the last place (ulp); 0 below 2⁻¹²⁵"
        case .expm1: "1.5 ulp"
        case .log: "1.0 ulp"
        case .log1p: "1.5 ulp"
        case .tanh: "2.5 ulp"
        case .erf: "2.5 ulp"
        default: "1.0 ulp"
        }
    }

    private static func body(_ operation: UnaryOperator, _ width: Int) -> [String] {
        switch operation {
        case .exp: exp
        case .expm1: expm1
        case .log: log
        case .log1p: log1p(log: Helper.elementary(.log, width).name)
        case .tanh: tanh
        case .erf: erf
        default: []
        }
    }
}

// MARK: Parts

extension ElementaryFunctions {
    /// Horner's scheme in fused steps, from the highest coefficient down; declares `name`.
    private static func polynomial(_ name: String, in x: String, _ coefficients: [String]) -> [String] {
        let first = "$F \(name) = fma(\(x), ($F)(\(coefficients[0])), ($F)(\(coefficients[1])));"
        return [first] + coefficients.dropFirst(2).map { "\(name) = fma(\(name), \(x), ($F)(\($0)));" }
    }

    /// The function is constant, or has no finite value, beyond the limit; NaN passes.
    private static func clamp(_ x: String, _ symbol: String, _ limit: String) -> String {
        "\(x) = select(\(x), ($F)(\(limit)), \(x) \(symbol) \(limit));"
    }

    /// Declares n and r with x = n·log 2 + r and |r| ≤ log 2 / 2, and t, whose low bits are n + bias.
    private static func reduction(of x: String, bias: Int) -> [String] {
        let magic = "\(12_582_912 + bias).0f"
        return [
            "const $F t = fma(\(x), ($F)(1.44269504f), ($F)(\(magic)));",
            "const $F n = t - \(magic);",
            "$F r = fma(n, ($F)(-0.693147182f), \(x));",
            "r = fma(n, ($F)(1.90465421e-9f), r);",
        ]
    }

    /// Declares p with exp(r) - 1 = r + r²·p, to a small error relative to exp(r) - 1.
    private static let exponentialMinusOne = polynomial(
        "p", in: "r", ["0.00138718786f", "0.00836687628f", "0.0416674316f", "0.16666542f", "0.49999997f"])

    /// The magnitude of a value with the sign of x.
    private static func signed(_ value: String) -> String {
        "return as_$F(as_$I(\(value)) | (as_$I(x) & (int)0x80000000));"
    }
}

// MARK: Formulas

extension ElementaryFunctions {
    /// s·2·exp(r) with s = 2ⁿ⁻¹, which does not overflow before the result does, and is 0 where the result would be
    /// less than 2⁻¹²⁵: one scale in place of the two that gradual underflow takes. The coefficients are doubled instead.
    private static let exp =
        [clamp("x", ">", "89.0f"), clamp("x", "<", "-87.5f")] + reduction(of: "x", bias: 126)
        + polynomial(
            "p", in: "r",
            ["0.0027641484f", "0.01673849672f", "0.083336562f", "0.333330334f", "0.99999988f", "2.0f", "2.0f"])
        + ["return as_$F(as_$I(t) << 23) * p;"]

    /// 2·(s·(exp(r) - 1) + s - 1/2) with s = 2ⁿ⁻¹, which does not overflow before the result does.
    private static let expm1 =
        [clamp("x", ">", "89.0f"), clamp("x", "<", "-18.0f")] + reduction(of: "x", bias: 126) + exponentialMinusOne + [
            "const $F s = as_$F(as_$I(t) << 23);",
            "return 2.0f * fma(s, fma(r * r, p, r), s - 0.5f);",
        ]

    /// x = 2ⁿ·(1 + f) with 1 + f in √½ … √2; n·log 2 + f - f²/2 + f³·p(f). Denormal arguments are scaled first.
    private static let log =
        [
            "const $I tiny = x < 1.17549435e-38f;",
            "const $I b = as_$I(select(x, x * 8388608.0f, tiny)) - 0x3f3504f3;",
            "const $F f = as_$F((b & 0x7fffff) + 0x3f3504f3) - 1.0f;",
            "const $F n = convert_$F(b >> 23) - select(($F)(0.0f), ($F)(23.0f), tiny);",
        ]
        + polynomial(
            "p", in: "f",
            [
                "-0.0763643906f", "0.127622172f", "-0.131596103f", "0.1420158f", "-0.166234091f", "0.200012416f",
                "-0.250008196f", "0.333333313f",
            ]) + [
            "const $F q = f * f;",
            "const $F u = fma(q * f, p, fma(q, ($F)(-0.5f), n * -1.90465421e-9f));",
            "$F y = fma(n, ($F)(0.693147182f), f + u);",
            "y = select(y, ($F)(-INFINITY), x == 0.0f);",
            "y = select(y, ($F)(NAN), x < 0.0f);",
            "return select(x, y, x < INFINITY);",
        ]

    /// log(u) + (1 + x - u)/u, where u is 1 + x rounded and its rounding error is exact.
    private static func log1p(log: String) -> [String] {
        [
            "const $F u = 1.0f + x;",
            "const $F b = u - 1.0f;",
            "const $F rest = (1.0f - (u - b)) + (x - b);",
            "const $F y = select(\(log)(u) + rest / u, ($F)(-INFINITY), x == -1.0f);",
            "return select(x, y, x < INFINITY);",
        ]
    }

    /// log(1 + x) = x + x²·p(x) for x in 0 … 1, which needs neither a division nor a logarithm.
    static func unitLog1p(_ name: String, width: Int, _ dialect: any Dialect) -> String {
        let real = dialect.valueType(.float32, width: width)
        var writer = CodeWriter()
        writer.line("// For 0 to 1. Greatest relative error: 9.8e-8.")
        writer.open("\(dialect.helperQualifier) \(real) \(name)(\(real) x)")
        let lines = polynomial(
            "p", in: "x",
            [
                "-0.00330090686f", "0.02012657f", "-0.057520546f", "0.106663093f", "-0.153472334f", "0.196926832f",
                "-0.24958089f", "0.333304673f", "-0.499999315f",
            ])
        for line in lines + ["return fma(x * x, p, x);"] { writer.line(line.replacing("$F", with: real)) }
        writer.close()
        return writer.text
    }

    /// m / (m + 2) with m = exp(2·|x|) - 1.
    private static let tanh =
        ["$F a = fabs(x);", clamp("a", ">", "10.0f"), "const $F y = a + a;"] + reduction(of: "y", bias: 127)
        + exponentialMinusOne + [
            "const $F s = as_$F(as_$I(t) << 23);",
            "const $F m = fma(s, fma(r * r, p, r), s - 1.0f);",
            signed("m / (m + 2.0f)"),
        ]

    /// A polynomial in |x| from 0.625 to 3.925, where GELU needs what is left of 1 - 1 to the last place; below, |x| times one
    /// in x². Exactly 1 beyond, for GELU multiplies the rest by its argument, however large. The argument of the longer
    /// polynomial runs from -1 to 1, so that its terms stay small. Both cost less than an exponential for large arguments.
    private static let erf =
        ["$F a = fabs(x);", clamp("a", ">", "3.925f"), "const $F s = fma(a, ($F)(0.6060606f), ($F)(-1.3787879f));"]
        + polynomial(
            "y", in: "s",
            [
                "0.0015376882f", "-0.0024948227f", "-0.006115699f", "0.016353784f", "-0.0019369293f", "-0.03453623f",
                "0.05163515f", "-0.015651701f", "-0.060963683f", "0.12486865f", "-0.13173464f", "0.089315616f",
                "-0.039507605f", "0.010524228f", "0.99870616f",
            ])
        + ["const $F z = a * a;"]
        + polynomial(
            "p", in: "z", ["0.004456497f", "-0.026609985f", "0.11280238f", "-0.37612465f", "1.1283791f"]) + [
            "y = select(y, a * p, a < 0.625f);", clamp("y", ">", "1.0f"),
            "y = select(y, ($F)(1.0f), a >= 3.925f);", signed("y"),
        ]
}

extension Expr {
    /// Whether the value lies in 0 … 1, or is NaN, whatever the operands are.
    var isInUnitInterval: Bool {
        if case .unary(.exp, .unary(.negate, .unary(.absolute, _))) = self { true } else { false }
    }
}
