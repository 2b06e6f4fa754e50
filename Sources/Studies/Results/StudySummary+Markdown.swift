import Workloads

extension StudySummary {
    /// The whole result as Markdown.
    public var markdown: String {
        let lines =
            ["# How good the judge is", "", opening, ""] + table("class of faults", classes)
            + ["", "What the mutants are:", ""] + truthTable + ["", closing, "", "## By fault", ""]
            + table("fault", operators) + ["", "## By distribution", ""] + distributionTable + [
                "", "## By workload", "",
            ] + table("workload", byWorkload)
            + list("## Surviving faults", survivors) + list("## Correct solutions rejected", falselyRejected)
        return lines.joined(separator: "\n") + "\n"
    }

    private var opening: String {
        "\(mutants) mutants and \(correct) correct solutions of \(workloads) workloads at \(settings.size.rawValue), "
            + "seed \(settings.seed). Shares of the faulty mutants that each rule rejects, with Wilson 95 % intervals; "
            + "KernelBench's rule is five uniform trials and `torch.allclose`."
    }

    private var closing: String {
        """
        Correct solutions rejected: judge \(falseRejects.text), certificates of a sample \
        \(certificateFalseRejects.text), KernelBench \(kernelBenchFalseRejects.text); \
        \(correctOutsideOnBattery) leave the judge's tolerance somewhere on the battery, and the accepted ones use at most \
        \(Self.percent(correctSeverity ?? 0)) of its bounds. Dead mutants that the judge rejects: \
        \(dead.text). Mutants within rounding that it rejects: \(withinRoundingRejected.text). Of all precision faults that change any bit, \
        harmless ones included, it rejects \(precisionThatChangesBits.text).
        """
    }

    private func table(_ name: String, _ rows: [Row]) -> [String] {
        [
            "| \(name) | judge, a turn | judge, certified | KernelBench 1e-4 | KernelBench 1e-2 |",
            "|" + String(repeating: " --- |", count: 5),
        ]
            + rows.map {
                "| \($0.name) | \($0.judge.text) | \($0.certified.text) | \($0.kernelBench.text) | \($0.firstKernelBench.text) |"
            }
    }

    private var truthTable: [String] {
        let kinds = Truth.allCases.map(\.rawValue)
        return [
            "| class | \(kinds.joined(separator: " | ")) |",
            "| --- |" + String(repeating: " --: |", count: kinds.count),
        ]
            + FaultClass.allCases.map { fault in
                let counts = kinds.map { String(truths[fault.rawValue]?[$0] ?? 0) }
                return "| \(fault.rawValue) | \(counts.joined(separator: " | ")) |"
            }
    }

    private var distributionTable: [String] {
        ["| distribution | faults that show on it |", "| --- | --- |"]
            + InputDistribution.allCases.map { "| \($0.rawValue) | \(shown[$0.rawValue]?.text ?? "") |" }
    }

    private func list(_ title: String, _ exceptions: [Exception]) -> [String] {
        guard !exceptions.isEmpty else { return ["", title, "", "None."] }
        return ["", title, ""] + exceptions.map { "- `\($0.id)`: \($0.place); \(Self.firstLine($0.reason))" }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    private static func firstLine(_ text: String) -> String {
        String((text.split(separator: "\n").first ?? "").prefix(300))
    }
}
