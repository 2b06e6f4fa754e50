/// fast_p as a function of p: the fraction of all workloads whose speedup is strictly above p. A falling staircase.
public struct FastCurve: Sendable, Hashable {
    /// One corner: from this p on, up to the next corner, the fraction is this.
    public struct Step: Sendable, Hashable {
        public var threshold: Double
        public var fraction: Double

        public init(_ threshold: Double, _ fraction: Double) { (self.threshold, self.fraction) = (threshold, fraction) }
    }

    private let sorted: [Double]
    private let count: Int

    /// - Parameters:
    ///   - speedups: those of the correct workloads.
    ///   - count: all workloads.
    /// - Precondition: `count` is not less than the number of speedups.
    public init(_ speedups: [Double], count: Int) {
        precondition(count >= speedups.count, "there are more speedups than workloads")
        sorted = speedups.sorted()
        self.count = count
    }

    /// fast_p at one threshold; 0 without workloads.
    public func fraction(above threshold: Double) -> Double {
        guard count > 0 else { return 0 }
        return Double(sorted.count { $0 > threshold }) / Double(count)
    }

    /// The corners for p from 0 up to `limit`, in order; the first is at 0. O(n²) at worst, for n in the hundreds.
    public func steps(upTo limit: Double) -> [Step] {
        var steps = [Step(0, fraction(above: 0))]
        for speedup in sorted where speedup <= limit {
            let step = Step(speedup, fraction(above: speedup))
            if step.fraction < steps[steps.count - 1].fraction { steps.append(step) }
        }
        return steps
    }
}
