import Foundation
import KernelIR
import Reference

/// How far an output may lie from the fp64 oracle; `docs/judge.md` gives the reasons.
///
/// Both bounds are a multiple of what a plain implementation in the declared type shows on the same inputs, adding in
/// order, and never less than a multiple of the type's rounding grown with the reduction length as a tree sum grows it
/// (Higham, "Accuracy and Stability of Numerical Algorithms", section 4.2).
public struct Tolerance: Sendable, Hashable, Codable {
    /// The bound of ‖y − r‖₂ / ‖r‖₂.
    public var normwise: Double
    /// The bound of |y − r| / (|r| + rms(r)) at every element.
    public var elementwise: Double

    public init(normwise: Double, elementwise: Double) {
        self.normwise = normwise
        self.elementwise = elementwise
    }

    /// The version of this rule, as records name it; higher whenever a bound changes.
    public static let version = 3

    /// How many times the rounding of a tree sum a correct implementation may show: its functions may be a few units in
    /// the last place off.
    static let roundingSlack = 8.0
    /// How many times the plain error it may show: another order is off by another amount of the same size.
    static let plainSlack = 4.0

    /// The tolerance of one floating-point output.
    ///
    /// - Parameters:
    ///   - plain: what a plain implementation in `dtype` shows on the same inputs.
    ///   - dtype: the output's declared type.
    ///   - reductionLength: the number of terms in the longest sum behind one output element, at least 1.
    public init(plain: PlainError, dtype: DType, reductionLength: Int) {
        let rounding = dtype.roundingUnit * (2 + log2(Double(max(reductionLength, 1))))
        let ceiling = dtype.narrowerRounding ?? .infinity
        func bound(_ error: Double, atLeast multiple: Double) -> Double {
            min(max(Self.plainSlack * error, Self.roundingSlack * rounding), max(ceiling, multiple * error))
        }
        // A norm averages and varies little from one order to another; the worst of many elements varies more.
        self.init(
            normwise: bound(plain.normwise, atLeast: 2),
            elementwise: bound(plain.elementwise, atLeast: 3))
    }

    /// The tolerance of one float32 output where values may be stored in a 16-bit type.
    ///
    /// Sums accumulate in float32, so that rounding does not grow with their length.
    /// - Parameters:
    ///   - storage: what a plain implementation that stores everything so shows on the same inputs.
    ///   - declared: the tolerance without it, which stays enough.
    init(storage: StorageError, declared: Tolerance) {
        // What rounding to bfloat16 leaves is beyond float16, as it is beyond float32.
        let ceiling = storage.type == .float16 ? 0.2 * DType.bfloat16.roundingUnit : .infinity
        func bound(_ error: Double, atLeast multiple: Double) -> Double {
            min(
                Self.plainSlack * max(error, storage.type.roundingUnit), max(ceiling, multiple * error))
        }
        self.init(
            normwise: max(declared.normwise, bound(storage.error.normwise, atLeast: 2)),
            elementwise: max(declared.elementwise, bound(storage.error.elementwise, atLeast: 3)))
    }

    /// Whether the inputs are so benign that the plain error leaves room for another one of the same kind: others tell little
    /// about a solution, and nothing where a correct one is close to the bound.
    ///
    /// - Parameter plain: what the bounds were made from.
    func leavesRoom(over plain: PlainError, _ dtype: DType) -> Bool {
        let ceiling = dtype.narrowerRounding ?? .infinity
        return Self.plainSlack * max(plain.normwise, plain.elementwise) <= ceiling
    }

    /// Whether the type settles an output on these inputs: in norm plain arithmetic leaves the same room, and no element of it
    /// is off by a whole unit in the last place of the next narrower type. Elsewhere honest kernels differ by chance.
    ///
    /// - Parameter plain: what the bounds were made from.
    func isSettled(_ plain: PlainError, _ dtype: DType) -> Bool {
        guard let ceiling = dtype.narrowerRounding else { return true }
        return Self.plainSlack * plain.normwise <= ceiling && plain.elementwise <= 10 * ceiling
    }

    /// What a baseline is held to in the same place: any arithmetic in the declared type, however it orders its sums.
    ///
    /// Libraries add long rows in order, which a candidate may not. Asking less of the baseline can only lower a ratio.
    public func forBaseline(_ dtype: DType) -> Tolerance {
        guard let ceiling = dtype.narrowerRounding else { return self }
        return Tolerance(normwise: max(normwise, ceiling), elementwise: max(elementwise, 4 * ceiling))
    }
}

extension DType {
    /// Half the distance from 1 to the next larger number: the largest relative rounding error. Zero for integers.
    public var roundingUnit: Double {
        switch self {
        case .float64: 0x1p-53
        case .float32: 0x1p-24
        case .float16: 0x1p-11
        case .bfloat16: 0x1p-8
        default: 0
        }
    }

    /// The largest finite value; values of the oracle beyond it are infinities in this type.
    var largestFinite: Double {
        switch self {
        case .float32: Double(Float.greatestFiniteMagnitude)
        case .float16: 65504
        case .bfloat16: 0x1.fep127
        default: .greatestFiniteMagnitude
        }
    }

    /// The least normwise error by which rounding to the next narrower type shows itself, halved; nil if none is.
    ///
    /// Rounding to nearest with unit u leaves a root mean square error of about 0.4 u.
    fileprivate var narrowerRounding: Double? {
        switch self {
        case .float64: 0.2 * 0x1p-24
        case .float32: 0.2 * 0x1p-11
        default: nil
        }
    }
}
