/// A linear model fitted by ridge regression towards given weights: without samples it is these weights.
///
/// Source: Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12 (1970).
struct RidgeModel: Sendable {
    let weights: [Double]

    /// Minimizes Σ (y − w·x)² + strength · ‖w − priors‖². O(samples · n² + n³) for n features.
    ///
    /// - Precondition: every sample has as many features as there are priors.
    init(_ samples: [(x: [Double], y: Double)], priors: [Double], strength: Double) {
        let n = priors.count
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n)
        for i in 0..<n { matrix[i][i] = strength }
        for sample in samples {
            precondition(sample.x.count == n, "a sample has \(sample.x.count) features, not \(n)")
            let rest = sample.y - zip(priors, sample.x).map(*).reduce(0, +)
            for i in 0..<n {
                for j in 0..<n { matrix[i][j] += sample.x[i] * sample.x[j] }
                matrix[i][n] += sample.x[i] * rest
            }
        }
        weights = zip(priors, Self.solved(matrix)).map(+)
    }

    /// The model's value at a point.
    func callAsFunction(_ x: [Double]) -> Double { zip(weights, x).map(*).reduce(0, +) }

    /// Solves a positive definite system whose last column is the right side, by Gauss and Jordan.
    private static func solved(_ augmented: [[Double]]) -> [Double] {
        var matrix = augmented
        let n = matrix.count
        for pivot in 0..<n {
            let scale = matrix[pivot][pivot]
            for column in pivot...n { matrix[pivot][column] /= scale }
            for row in 0..<n where row != pivot {
                let factor = matrix[row][pivot]
                guard factor != 0 else { continue }
                for column in pivot...n { matrix[row][column] -= factor * matrix[pivot][column] }
            }
        }
        return matrix.map { $0[n] }
    }
}
