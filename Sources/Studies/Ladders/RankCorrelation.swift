/// How far two orders of the same things agree.
public enum RankCorrelation {
    /// Spearman's ρ: 1 for the same order, −1 for the opposite one; equal values share the middle of their ranks.
    ///
    /// O(n²). Nil where one side does not order anything.
    /// - Precondition: as many values on either side.
    public static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
        precondition(x.count == y.count, "\(x.count) values and \(y.count) have no ranks in common")
        let middle = Double(x.count - 1) / 2
        let (a, b) = (ranks(x).map { $0 - middle }, ranks(y).map { $0 - middle })
        func product(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
        let spread = (product(a, a) * product(b, b)).squareRoot()
        return spread > 0 ? product(a, b) / spread : nil
    }

    /// The rank of each value, from 0.
    private static func ranks(_ values: [Double]) -> [Double] {
        values.map { value in
            let (below, equal) = (values.count { $0 < value }, values.count { $0 == value })
            return Double(below) + Double(equal - 1) / 2
        }
    }
}
