import Evaluation

/// Operands: all patterns, special ones, and those whose results are ties or near them, cancel, or leave the range.
struct OperandSource {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Operands of `count` cases: an array for each kind.
    mutating func operands(_ kinds: [OperandKind], count: Int) -> [[UInt64]] {
        var made = kinds.map { _ in [UInt64](repeating: 0, count: count) }
        for index in 0..<count {
            let operands = self.operands(kinds)
            for position in kinds.indices { made[position][index] = operands[position] }
        }
        return made
    }

    /// All patterns of the only operand from number `first` on.
    static func everything(_ kind: OperandKind, first: Int, count: Int) -> [[UInt64]] {
        [(first..<first + count).map(kind.pattern)]
    }

    private mutating func operands(_ kinds: [OperandKind]) -> SIMD4<UInt64> {
        var made = SIMD4<UInt64>()
        if case .float(let format)? = kinds.first { return floats(format, kinds.count) }
        if case .pair(let format)? = kinds.first {
            return floats(format, kinds.count) | floats(format, kinds.count) &<< 16
        }
        for (position, kind) in kinds.enumerated() { made[position] = operand(kind) }
        return made
    }

    private mutating func operand(_ kind: OperandKind) -> UInt64 {
        switch kind {
        case .float(let format), .pair(let format): floats(format, 1)[0]
        case .beside(let narrow, let format): beside(narrow, format)
        case .scaled(let format, let exponents): scaled(format, exponents)
        case .whole(let bits): whole(bits)
        }
    }

    // MARK: Numbers

    /// Up to three numbers of one format that have to do with each other.
    private mutating func floats(_ format: FloatFormat, _ count: Int) -> SIMD4<UInt64> {
        var made = SIMD4<UInt64>()
        for position in 0..<count { made[position] = random.next() & format.mask }
        switch random.next() & 15 {
        case 0...3: break
        case 4, 5: for position in 0..<count { made[position] = special(format) }
        case 6, 7: for position in 0..<count { made[position] = short(format, made[position]) }
        case 8: for position in 0..<count { made[position] &= format.signBit | (format.leastNormal << 3 - 1) }
        case 9...11: bringNear(format, count, &made)
        default: cancel(format, count, &made)
        }
        return made
    }

    /// A few of the leading bits only, so that results are exact or ties.
    private mutating func short(_ format: FloatFormat, _ bits: UInt64) -> UInt64 {
        let cut = random.next() % UInt64(format.fractionBits + 1)
        return bits & ~((1 << cut) - 1)
    }

    /// The last operand with an exponent near that of the first, or of the product of the others.
    private mutating func bringNear(_ format: FloatFormat, _ count: Int, _ made: inout SIMD4<UInt64>) {
        guard count > 1 else { return }
        let distance = Int(random.next() % UInt64(2 * format.fractionBits + 7)) - format.fractionBits - 3
        let one = exponent(format, format.one)
        let sum = exponent(format, made[0]) + (count == 3 ? exponent(format, made[1]) - one : 0)
        made[count - 1] = withExponent(format, made[count - 1], sum + distance)
    }

    /// The last operand a few steps from what makes the result zero.
    private mutating func cancel(_ format: FloatFormat, _ count: Int, _ made: inout SIMD4<UInt64>) {
        guard count > 1 else { return }
        let step = random.next() % 5
        var opposite = made[0]
        if count == 3 {
            opposite = format.bits(.product(format.value(made[0]), format.value(made[1])))
        }
        made[count - 1] = ((opposite ^ format.signBit) &+ step &- 2) & format.mask
    }

    private func exponent(_ format: FloatFormat, _ bits: UInt64) -> Int {
        Int((bits & format.infinity) >> UInt64(format.fractionBits))
    }

    private func withExponent(_ format: FloatFormat, _ bits: UInt64, _ exponent: Int) -> UInt64 {
        let most = self.exponent(format, format.largest)
        return bits & ~format.infinity | UInt64(min(max(exponent, 0), most)) << UInt64(format.fractionBits)
    }

    private mutating func special(_ format: FloatFormat) -> UInt64 {
        let known = [
            0, format.one, format.infinity, format.canonicalNaN, format.infinity | 1, 1, 2, format.leastNormal - 1,
            format.leastNormal, format.leastNormal + 1, format.largest, format.largest - 1, format.one + 1,
            format.one - 1, format.one + format.leastNormal, format.one - format.leastNormal,
        ]
        let choice = random.next()
        return known[Int(choice & 15)] | (choice & 16 == 0 ? 0 : format.signBit)
    }

    /// A number of the narrow format, or the middle of two neighbours, and perhaps a step beside that.
    private mutating func beside(_ narrow: FloatFormat, _ format: FloatFormat) -> UInt64 {
        let choice = random.next()
        if choice & 7 == 0 { return floats(format, 1)[0] }
        let place = format.bits(narrow.value(random.next()))
        let half: UInt64 = 1 << UInt64(format.fractionBits - narrow.fractionBits - 1)
        let middle = choice & 8 == 0 ? 0 : half
        return (place &+ middle &+ (choice >> 8) % 3 &- 1) & format.mask
    }

    private mutating func scaled(_ format: FloatFormat, _ exponents: ClosedRange<Int>) -> UInt64 {
        let choice = random.next()
        if choice & 31 == 0 { return special(format) }
        let one = exponent(format, format.one)
        let power = exponents.lowerBound + Int((choice >> 8) % UInt64(exponents.count))
        return withExponent(format, random.next() & format.mask, one + power)
    }

    /// Whole numbers of every length and sign, and those at the ends of their range.
    private mutating func whole(_ bits: Int) -> UInt64 {
        let choice = random.next()
        let mask: UInt64 = ~0 >> UInt64(64 - bits)
        let noise = random.next() & ~mask
        if choice & 15 == 0 {
            let known = [0, 1, mask, mask - 1, mask >> 1, mask >> 1 + 1, mask >> 2, 2]
            return known[Int(choice >> 4 & 7)] | noise
        }
        let short = (random.next() & mask) >> (choice >> 8 & UInt64(bits - 1))
        return (choice & 16 == 0 ? short : 0 &- short) & mask | noise
    }
}
