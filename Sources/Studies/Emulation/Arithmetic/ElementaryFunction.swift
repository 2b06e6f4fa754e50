/// Functions for comparison, by series in double precision.
///
/// Relative errors are below 2⁻³⁹, those of the sine below 2⁻⁴⁰ absolutely: what is compared has 24 bits at most. No
/// function of a library is used, since the emulator uses them.
enum ElementaryFunction {
    private static let logarithmOfTwo = 0.693_147_180_559_945_309_4

    /// 2ˣ
    static func exp2(_ x: Double) -> Double {
        guard x.magnitude < 1020 else { return x.isNaN ? .nan : x < 0 ? 0 : .infinity }
        let whole = x.rounded()
        let t = (x - whole) * logarithmOfTwo
        var sum = 1.0
        // Horner's rule on the exponential series.
        for k in stride(from: 18, to: 0, by: -1) { sum = 1 + sum * t / Double(k) }
        return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
    }

    /// log₂ x of a positive finite number.
    static func log2(_ x: Double) -> Double {
        var (exponent, significand) = (Double(x.exponent), x.significand)
        if significand > 1.414_213_562 { (exponent, significand) = (exponent + 1, significand / 2) }
        // log((1 + t) / (1 − t)) = 2 (t + t³/3 + …)
        let t = (significand - 1) / (significand + 1)
        var (sum, power) = (0.0, t)
        for k in stride(from: 1, to: 31, by: 2) {
            sum += power / Double(k)
            power *= t * t
        }
        return exponent + 2 * sum / logarithmOfTwo
    }

    /// sin x for |x| < 1000.
    static func sine(_ x: Double) -> Double {
        let turn = 6.283_185_307_179_586_477
        let t = x - (x / turn).rounded() * turn
        var (sum, term) = (t, t)
        for k in 1..<16 {
            term *= -t * t / Double(2 * k * (2 * k + 1))
            sum += term
        }
        return sum
    }

    /// cos x for |x| < 1000.
    static func cosine(_ x: Double) -> Double { sine(x + 1.570_796_326_794_896_619) }

    static func tanh(_ x: Double) -> Double {
        let size = x.magnitude
        guard size < 30 else { return x < 0 ? -1 : 1 }
        if size < 0.1 {
            let s = x * x
            return x * (1 - s * (1.0 / 3 - s * (2.0 / 15 - s * (17.0 / 315 - s * 62.0 / 2835))))
        }
        let power = exp2(2 * size / logarithmOfTwo)
        let made = (power - 1) / (power + 1)
        return x < 0 ? -made : made
    }
}
