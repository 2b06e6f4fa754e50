import KernelIR
import Reference

/// The oracle's values of one output for one input set, with the bounds that a candidate's values must keep.
public struct ExpectedOutput: Sendable {
    /// The output's name in the workload.
    public let name: String
    /// The declared type, in which candidates store.
    public let dtype: DType
    /// Row-major values in double precision; those beyond the range of `dtype` are infinities.
    public let values: [Double]
    /// The root mean square of the finite values other than 0, 0 when there are none.
    public private(set) var rms: Double
    /// The Euclidean norm of the finite values.
    public let norm: Double
    /// The sum of the finite values.
    public let sum: Double
    /// The number of finite values.
    public let finiteCount: Int
    /// The error of a plain implementation in `dtype` on the same inputs.
    public let plain: PlainError
    /// Terms in the longest sum behind one element.
    public let reductionLength: Int
    /// The error of a plain implementation that stores values in a 16-bit type, where candidates may; else nil.
    public let storage: StorageError?
    /// The bounds for floating-point types; nil for the others, which must be exact.
    public private(set) var tolerance: Tolerance?
    /// The bounds that a baseline must keep: those of the declared type, whatever candidates may do.
    public let baselineTolerance: Tolerance?

    /// Prepares the oracle's `values` of one output; O(n).
    ///
    /// - Parameters:
    ///   - plain: the error of a plain implementation in `dtype` on the same inputs.
    ///   - reductionLength: terms in the longest sum behind one element.
    ///   - storage: the error of 16-bit storage, where candidates may use it; nil holds them to `dtype`.
    public init(
        name: String, dtype: DType, values: [Double], plain: PlainError, reductionLength: Int,
        storage: StorageError? = nil
    ) {
        self.storage = storage
        self.name = name
        self.dtype = dtype
        self.plain = plain
        self.reductionLength = reductionLength
        let limit = dtype.largestFinite
        self.values =
            dtype == .float64 ? values : values.map { abs($0) > limit ? ($0 < 0 ? -.infinity : .infinity) : $0 }
        var squares = 0.0
        var sum = 0.0
        var finite = 0
        var others = 0
        for value in self.values where value.isFinite {
            squares += value * value
            sum += value
            finite += 1
            if value != 0 { others += 1 }
        }
        self.sum = sum
        finiteCount = finite
        norm = squares.squareRoot()
        rms = others == 0 ? 0 : (squares / Double(others)).squareRoot()
        let declared =
            dtype.isFloatingPoint ? Tolerance(plain: plain, dtype: dtype, reductionLength: reductionLength) : nil
        baselineTolerance = declared?.forBaseline(dtype)
        tolerance = declared.map { declared in
            storage.map { Tolerance(storage: $0, declared: declared) } ?? declared
        }
    }

    /// Whether these values tell right from wrong without doubt: most are finite, not all are zero, and plain arithmetic
    /// keeps well inside the bounds.
    var isTelling: Bool {
        guard let tolerance else { return true }
        guard 2 * finiteCount >= values.count, norm > 0 else { return false }
        guard let storage else { return tolerance.leavesRoom(over: plain, dtype) }
        return !storage.overflows && storage.error.elementwise <= Self.mostStorageError
    }

    /// Whether the declared type settles the output, so that an honest kernel is certain to pass.
    var isSettled: Bool { tolerance?.isSettled(plain, dtype) ?? true }

    /// The error of 16-bit storage above which inputs are no test of it: four digits in base 2 are left.
    private static let mostStorageError = 0x1p-4

    /// The same values, where an element near zero is owed what the largest one is: where magnitudes differ widely, an honest
    /// difference of two large intermediate values is off by their rounding.
    func forWideRange() -> ExpectedOutput {
        var wide = self
        wide.rms = values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        return wide
    }

    /// The same values with the bounds that a baseline must keep.
    public func forBaseline() -> ExpectedOutput {
        var lenient = self
        lenient.tolerance = baselineTolerance
        return lenient
    }

    /// Bytes of the output in device memory.
    public var byteCount: Int { values.count * dtype.byteCount }
}

extension ExpectedOutput {
    /// Whether one number in every place would pass the normwise bound on all the given draws of one output.
    ///
    /// Such a workload cannot tell a kernel from a constant (KernelBench has had several).
    static func constantWouldPass(_ draws: [ExpectedOutput]) -> Bool {
        let count = draws.map(\.finiteCount).reduce(0, +)
        guard count > 0 else { return true }
        let constant = draws.map(\.sum).reduce(0, +) / Double(count)
        return draws.allSatisfy { draw in
            let square =
                draw.norm * draw.norm - 2 * constant * draw.sum + constant * constant * Double(draw.finiteCount)
            return max(square, 0).squareRoot() <= (draw.tolerance?.normwise ?? 0) * draw.norm
        }
    }
}
