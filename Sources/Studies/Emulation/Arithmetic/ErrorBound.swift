/// How far the PTX manual lets an approximation be from the true value.
struct ErrorBound: Sendable {
    /// What one result has to be.
    enum Wanted: Sendable {
        /// These bits; any NaN stands for every other.
        case bits(UInt64)
        /// A number no farther from this one than that.
        case near(Double, within: Double)
        /// The manual promises nothing.
        case anything
    }

    /// One result against what was wanted.
    struct Reading: Sendable {
        var isWithin: Bool
        /// In units of the last place of the result's format; 0 where bits were wanted.
        var ulps = 0.0
        /// Of what is allowed.
        var share = 0.0
    }

    /// The bound and where it stands, e.g. `2 ulp (PTX ISA 9.7.3, ex2)`.
    var text: String
    var format: FloatFormat
    /// Whether a zero stands for results below the normal numbers.
    var flushes = false

    /// The distance of neighbours of the format around a number, of the largest ones beyond them.
    func unit(_ value: Double) -> Double {
        let least = format.number(1)
        guard value.isFinite, value != 0 else { return least }
        let exponent = min(Int(value.exponent), Int(format.number(format.largest).exponent))
        let unit = Double(sign: .plus, exponent: exponent - format.fractionBits, significand: 1)
        return max(unit, least)
    }

    /// Judges the bits of a result; a correctly rounded one is always right.
    func read(_ made: UInt64, _ wanted: Wanted) -> Reading {
        switch wanted {
        case .anything: return Reading(isWithin: true)
        case .bits(let bits): return Reading(isWithin: format.isSame(made, bits))
        case .near(let exact, let distance):
            if flushes, made & (format.signBit - 1) == 0, exact.magnitude < format.number(format.leastNormal) {
                return Reading(isWithin: true)
            }
            guard !format.isNaN(made) else { return Reading(isWithin: false) }
            // The number after the largest one, in whose place infinity stands.
            let end = 2 * format.number(format.largest) - format.number(format.largest - 1)
            let value = min(max(format.number(made), -end), end)
            let aim = min(max(exact, -end), end)
            let unit = unit(aim)
            let error = (value - aim).magnitude
            let allowed = max(distance, unit / 2)
            return Reading(isWithin: error <= allowed, ulps: error / unit, share: error / allowed)
        }
    }
}
