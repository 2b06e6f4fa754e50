/// Plain summation: terms in order, in parts of 2²⁰ whose sums are then added in order.
///
/// The parts keep float32 sums of millions of terms growing, where a single running sum would stop; no sensible
/// implementation does worse.
struct Summation<Scalar: ReferenceScalar> {
    /// Terms of one part.
    static var block: Int { 1 << 20 }

    private var finished: Scalar = 0
    private var part: Scalar = 0
    private var count = 0

    /// The sum of all terms so far.
    var total: Scalar { finished + part }

    /// Adds `term(0) ..< term(count)`.
    @inline(__always)
    mutating func add(_ count: Int, _ term: (Int) -> Scalar) {
        var start = 0
        while start < count {
            let end = min(count, start + Self.block - self.count)
            for i in start..<end { part += term(i) }
            self.count += end - start
            start = end
            guard self.count == Self.block else { continue }
            finished += part
            (part, self.count) = (0, 0)
        }
    }

    /// The sum of `term(0) ..< term(count)`.
    @inline(__always)
    static func sum(_ count: Int, _ term: (Int) -> Scalar) -> Scalar {
        var sum = Summation()
        sum.add(count, term)
        return sum.total
    }
}
