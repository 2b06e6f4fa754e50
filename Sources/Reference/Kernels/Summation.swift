/// Plain summation: terms in order, in blocks of 4096 whose sums are then added in order.
///
/// The blocks keep the float32 error of millions of terms at that of thousands, where a single running sum would stop
/// growing; no sensible implementation does worse.
enum Summation {
    static let block = 4096

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
