import Foundation

/// Random numbers by position: number `i` of a stream depends on the stream's key and on `i` alone, so that any part can
/// be made in any order. The mixing function is SplitMix64's (Steele, Lea, Flood, OOPSLA 2014).
struct RandomStream: Sendable {
    private let key: UInt64

    /// The stream of one tensor under one seed.
    init(seed: Seed, name: String) { key = seed.derived(for: name).words[0] }

    /// 64 random bits.
    @inline(__always)
    func bits(_ position: Int) -> UInt64 {
        var z = key &+ UInt64(truncatingIfNeeded: position) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Two independent numbers uniform in [0, 1), multiples of 2⁻²⁴.
    @inline(__always)
    func uniformPair(_ position: Int) -> (Float, Float) {
        let bits = bits(position)
        return (Float(Int32(truncatingIfNeeded: bits >> 40)) * 0x1p-24, unit(bits))
    }

    /// Two independent numbers of the standard normal distribution (Box and Muller, 1958).
    @inline(__always)
    func normalPair(_ position: Int) -> (Float, Float) {
        let bits = bits(position)
        // The first factor needs a number above 0, with more bits for the tails.
        let open = (Float(UInt32(truncatingIfNeeded: bits >> 32)) + 0.5) * 0x1p-32
        let radius = (-2 * log(open)).squareRoot()
        let angle = 2 * Float.pi * unit(bits)
        return (radius * cos(angle), radius * sin(angle))
    }

    /// The low 24 bits as a number in [0, 1).
    @inline(__always)
    private func unit(_ bits: UInt64) -> Float { Float(Int32(truncatingIfNeeded: bits & 0xFF_FFFF)) * 0x1p-24 }
}
