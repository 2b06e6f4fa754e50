import KernelIR
import Reference
import Workloads

/// How KernelBench decides that a kernel is right, as data over outputs: `torch.allclose` of the outputs of five trials with
/// those of the same program in float32, with equal absolute and relative tolerance.
///
/// Source: KernelBench, `src/kernelbench/eval.py` (five trials; 1e-4 for float32; 1e-2 in its first version), and PyTorch's
/// documentation of `torch.allclose`.
public struct KernelBenchRule: Sendable, Hashable, Codable {
    /// Both the absolute and the relative tolerance.
    public var tolerance: Double
    /// The number of random inputs tried.
    public var trials = 5

    public init(tolerance: Double) { self.tolerance = tolerance }

    /// The present rule.
    public static let present = KernelBenchRule(tolerance: 1e-4)
    /// The rule of its first version.
    public static let first = KernelBenchRule(tolerance: 1e-2)

    /// Its inputs.
    static let distribution = InputDistribution.uniform

    /// Whether all outputs of one trial are close to the expected ones, which `Float` holds as the reference computed them.
    ///
    /// A NaN is close to nothing, not even to a NaN; an infinity is close to itself.
    func accepts(_ found: [Tensor<Float>], expected: [Tensor<Float>]) -> Bool {
        zip(found, expected).allSatisfy { found, expected in
            zip(found.values, expected.values).allSatisfy { y, r in
                let (y, r) = (Double(y), Double(r))
                return y == r || abs(y - r) <= tolerance + tolerance * abs(r) && r.isFinite
            }
        }
    }
}
