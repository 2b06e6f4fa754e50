import KernelIR
import Workloads

/// How far a plain implementation in the declared types lies from the oracle on one output: the yardstick of tolerances.
public struct PlainError: Sendable, Hashable, Codable {
    /// ‖y − r‖₂ / ‖r‖₂, 0 for integers.
    public var normwise: Double
    /// The largest |y − r| / (|r| + rms(r)) of all elements, where rms leaves zeros out; 0 for integers.
    public var elementwise: Double

    public init(normwise: Double, elementwise: Double) {
        (self.normwise, self.elementwise) = (normwise, elementwise)
    }

    /// Measures `y` against `expected`; elements at which either is not finite do not count.
    public init<Scalar: ReferenceScalar>(of y: Tensor<Scalar>, expected: Tensor<Double>) {
        var (squaredError, squaredNorm, others) = (0.0, 0.0, 0)
        for (y, r) in zip(y.values, expected.values) where y.isFinite && r.isFinite {
            let error = Double(y) - r
            squaredError += error * error
            squaredNorm += r * r
            if r != 0 { others += 1 }
        }
        let rms = (squaredNorm / Double(max(others, 1))).squareRoot()
        var largest = 0.0
        for (y, r) in zip(y.values, expected.values) where y.isFinite && r.isFinite && Double(y) != r {
            largest = max(largest, abs(Double(y) - r) / (abs(r) + rms))
        }
        self.init(
            normwise: squaredError > 0 ? (squaredError / max(squaredNorm, .leastNormalMagnitude)).squareRoot() : 0,
            elementwise: largest)
    }

    /// Runs the whole workload once more in float32, rounded to the 16-bit types where nodes declare them, and compares
    /// each output with the oracle's.
    ///
    /// Sums run in order (in parts of 2²⁰ terms), products and sums are rounded one by one. Outputs declared float64
    /// or integer have error 0, as the oracle itself is the plain implementation in these types.
    public static func measure(
        _ workload: Workload, arguments: [String: Tensor<Double>], expected: [Tensor<Double>]
    ) throws(KernelwrightError) -> [PlainError] {
        try measure(workload, reading: { arguments[$0.name]?.converted(to: Float.self) }, expected: expected)
    }

    /// The same with arguments that are made in single precision when they are needed.
    public static func measure(
        _ workload: Workload, reading argument: (TensorSpec) -> Tensor<Float>?, expected: [Tensor<Double>]
    ) throws(KernelwrightError) -> [PlainError] {
        let isExact = expected.map { $0.dtype == .float64 || !$0.dtype.isFloatingPoint }
        guard isExact.contains(false) else { return isExact.map { _ in PlainError(normwise: 0, elementwise: 0) } }
        let executor = try ReferenceExecutor<Float>(workload)
        let outputs = try executor.run(reading: argument)
        return zip(zip(outputs, expected), isExact).map { pair, exact in
            exact ? PlainError(normwise: 0, elementwise: 0) : PlainError(of: pair.0, expected: pair.1)
        }
    }
}
