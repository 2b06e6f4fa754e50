/// The findings in what Oclgrind prints: paragraphs that begin with the fault, followed by lines that name its place.
struct OclgrindLog {
    let findings: [SecondOpinion.Finding]

    init(_ text: String) {
        var findings: [SecondOpinion.Finding] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let trimmed = words.joined(separator: " ").split(separator: "\t").joined(separator: " ")
            if let kind = Self.kind(line) {
                findings.append(SecondOpinion.Finding(kind: kind, text: trimmed))
            } else if let last = findings.indices.last, line.first == "\t" {
                if trimmed.hasPrefix("Kernel: "), findings[last].kernel == nil {
                    findings[last].kernel = String(trimmed.dropFirst("Kernel: ".count))
                } else if trimmed.hasPrefix("At line "), findings[last].line == nil {
                    let number = trimmed.dropFirst("At line ".count).prefix { $0.isNumber }
                    findings[last].line = Int(number)
                }
            }
        }
        self.findings = findings
    }

    /// What a paragraph's first line reports, or nil where it is none; places and instructions stand behind a tab.
    private static func kind(_ line: Substring) -> SecondOpinion.Finding.Kind? {
        if line.first == "\t" { return nil }
        if line.contains("data race at") { return .race }
        if line.contains("divergence detected") { return .divergence }
        if line.hasPrefix("Invalid read") || line.hasPrefix("Invalid write") { return .outOfBounds }
        if line.hasPrefix("Uninitialized ") { return .uninitialized }
        return nil
    }
}
