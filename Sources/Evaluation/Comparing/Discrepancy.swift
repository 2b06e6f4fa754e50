import CEvaluation
import KernelIR

/// How one output of one run differs from its oracle.
struct Discrepancy: Sendable, Hashable {
    var output: String
    var elements: Int
    var squareError = 0.0
    var maxAbsolute = 0.0
    var maxRelative = 0.0
    var maxScaled = 0.0
    /// Index of the largest scaled error.
    var worst: Int?
    /// Elements out of tolerance or misplaced.
    var mismatches = 0
    /// Elements with a NaN or an infinity on one side only.
    var misplaced = 0
    var firstMisplaced: Int?
    /// ‖y − r‖₂ / ‖r‖₂; infinite when r is zero and y is not.
    var normwise = 0.0
    var tolerance: Tolerance?

    /// Whether everything lies within the tolerance.
    var isAcceptable: Bool {
        mismatches == 0 && normwise <= (tolerance?.normwise ?? 0)
    }

    /// The largest ratio of an error to its bound; above 1 the output is rejected.
    var severity: Double {
        guard misplaced == 0 else { return .infinity }
        guard let tolerance else { return mismatches == 0 ? 0 : .infinity }
        return max(normwise / tolerance.normwise, maxScaled / tolerance.elementwise)
    }

    /// Whether the errors look like rounding to a narrower type: small everywhere, and either out of bounds at
    /// many places or nowhere far above the average.
    ///
    /// Rounding to bfloat16 leaves 2⁻⁸ an element and 0.4 · 2⁻⁸ in norm; sums of such products stay below a few
    /// times that. One wrong element, or a part left out, has a large error, or errors at few places, instead.
    var looksLikeNarrowerArithmetic: Bool {
        guard tolerance != nil, misplaced == 0, !isAcceptable else { return false }
        let isSpread = mismatches * 100 >= elements || maxScaled <= 8 * normwise
        return isSpread && normwise <= 0x1p-6 && maxScaled <= 0x1p-4
    }
}

/// Totals of one run of elements, merged in order, so that the result does not depend on which thread came first.
extension Discrepancy {
    mutating func merge(_ part: kw_comparison, offset: Int) {
        squareError += part.square_error
        maxAbsolute = max(maxAbsolute, part.max_absolute)
        maxRelative = max(maxRelative, part.max_relative)
        if part.worst >= 0, worst == nil || part.max_scaled > maxScaled {
            worst = offset + part.worst
        }
        maxScaled = max(maxScaled, part.max_scaled)
        mismatches += part.mismatches
        misplaced += part.misplaced
        if firstMisplaced == nil, part.first_misplaced >= 0 { firstMisplaced = offset + part.first_misplaced }
    }
}
