/// Plain summation: terms in order, in blocks of 131072 whose sums are then added in order.
///
/// The blocks keep float32 sums of millions of terms growing, where a single running sum would stop; no sensible
/// implementation does worse.
enum Summation {
    static let block = 1 << 17

    /// The sum of `term(0) ..< term(count)`.
    @inline(__always)
    static func sum<Scalar: ReferenceScalar>(_ count: Int, _ term: (Int) -> Scalar) -> Scalar {
        var total: Scalar = 0
        var start = 0
        while start < count {
            let end = min(start + block, count)
            var partial: Scalar = 0
            for i in start..<end { partial += term(i) }
            total += partial
            start = end
        }
        return total
    }
}
