import Evaluation

/// What a repeated record shows, as people read it.
struct RecordText {
    let check: RecordCheck

    var text: String {
        let lines = check.findings.map { finding in
            let word = finding.agrees.map { $0 ? "agrees" : "DIFFERS" } ?? "not compared"
            return "\(finding.subject): \(word)\n    recorded  \(finding.recorded)\n    found     \(finding.found)"
        }
        let end = check.agrees ? "the record is confirmed" : "the record is not confirmed"
        return (lines + [end]).joined(separator: "\n")
    }
}
