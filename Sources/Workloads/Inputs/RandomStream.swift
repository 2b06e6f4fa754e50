import CWorkloads

/// Random numbers by position: number `i` of a stream depends on the stream's key and on `i` alone, so that any part can
/// be made in any order.
struct RandomStream: Sendable {
    private let key: UInt64

    /// The stream of one tensor under one seed.
    init(seed: Seed, name: String) { key = seed.derived(for: name).words[0] }

    /// 64 random bits.
    @inline(__always)
    func bits(_ position: Int) -> UInt64 { kw_random_bits(key, UInt64(truncatingIfNeeded: position)) }

    /// Two independent numbers uniform in [0, 1), multiples of 2⁻²⁴.
    @inline(__always)
    func uniformPair(_ position: Int) -> (Float, Float) {
        let pair = kw_uniform_pair(key, UInt64(truncatingIfNeeded: position))
        return (pair.first, pair.second)
    }

    /// Two independent numbers of the standard normal distribution.
    @inline(__always)
    func normalPair(_ position: Int) -> (Float, Float) {
        let pair = kw_normal_pair(key, UInt64(truncatingIfNeeded: position))
        return (pair.first, pair.second)
    }

    /// The uniform or normal pairs from a position on, in order, as `count` numbers.
    func fill(_ elements: UnsafeMutablePointer<Float>, count: Int, from position: Int, isNormal: Bool) {
        (isNormal ? kw_fill_normal : kw_fill_uniform)(key, UInt64(position), elements, count)
    }
}
