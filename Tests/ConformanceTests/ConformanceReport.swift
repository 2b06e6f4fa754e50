/// What passed and what is out, by operator.
struct ConformanceReport {
    private var lines: [String: (passed: Int, total: Int)] = [:]
    private var exclusions: [String: Int] = [:]
    /// One line for each case that failed.
    private(set) var failures: [String] = []

    mutating func add(_ entry: OnnxCase, _ outcome: OnnxCase.Outcome) {
        switch outcome {
        case .passed:
            lines[entry.operator, default: (0, 0)].passed += 1
            lines[entry.operator, default: (0, 0)].total += 1
        case .failed(let reason):
            lines[entry.operator, default: (0, 0)].total += 1
            failures.append("\(entry.operator) \(entry.name): \(reason)")
        case .out(let reason): exclusions[reason, default: 0] += 1
        }
    }

    var passed: Int { lines.values.map(\.passed).reduce(0, +) }

    /// A table of the operators, what is out and why, and the failures.
    var text: String {
        let operators = lines.sorted { $0.key < $1.key }.map { "| \($0.key) | \($0.value.passed)/\($0.value.total) |" }
        let out = exclusions.sorted { $0.key < $1.key }.map { "out: \($0.key): \($0.value)" }
        return (operators + ["passed: \(passed)"] + out + failures).joined(separator: "\n") + "\n"
    }
}
