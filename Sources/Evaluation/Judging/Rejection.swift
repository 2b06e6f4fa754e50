import Workers

/// Why a candidate failed; the judge turns it into a verdict.
struct Rejection: Error, Hashable {
    var status: Verdict.Status
    var message: String

    init(_ status: Verdict.Status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What the scan of the sources found.
    init(_ finding: SourceFinding) { self.init(finding.rule.status, finding.message) }

    /// What a worker told.
    init(_ failure: WorkerFailure) {
        self.init(Verdict.Status(rawValue: failure.status) ?? .crashed, failure.message)
    }

    /// What the comparison with the oracle found in one output on one input set.
    init(_ discrepancy: Discrepancy, place: Accuracy.Place, unwritten: Int, inputSet: String) {
        let output = "output '\(discrepancy.output)' on the \(inputSet) inputs"
        let share = "\(discrepancy.mismatches) of \(discrepancy.elements) elements"
        let example =
            "element \(place.index) is \(Self.text(place.found)), expected \(Self.text(place.expected))"
        if unwritten > 0, unwritten * 2 >= discrepancy.mismatches {
            self.init(
                .wrongValues,
                "\(output): \(unwritten) of \(discrepancy.elements) elements were never written; \(example)")
        } else if discrepancy.misplaced > 0 {
            let count = "\(discrepancy.misplaced) of \(discrepancy.elements) elements"
            self.init(.nonFinite, "\(output): NaN or infinity in the wrong place at \(count); \(example)")
        } else if discrepancy.looksLikeNarrowerArithmetic {
            self.init(
                .precisionDowngrade,
                "\(output): the error \(discrepancy.normwise) in norm is that of a narrower type; \(example)")
        } else {
            self.init(
                .wrongValues,
                "\(output): \(share) are wrong, error \(discrepancy.normwise) in norm; \(example)")
        }
    }

    private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "not finite" }
}
