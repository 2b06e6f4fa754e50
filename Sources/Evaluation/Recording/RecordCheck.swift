/// A record beside a repetition of its measurement, and what of it agrees.
public struct RecordCheck: Sendable, Hashable, Codable {
    /// One statement of a record.
    public struct Finding: Sendable, Hashable, Codable {
        /// What it is about, e.g. `speed-up`.
        public var subject: String
        /// What the record says, and what was found now.
        public var recorded: String
        public var found: String
        /// Whether they agree; nil where they cannot be compared.
        public var agrees: Bool?
    }

    public var findings: [Finding]
    /// The verdict of the repetition.
    public var verdict: Verdict

    /// Compares a record's verdict with that of a repetition: correctness on the same inputs, times on new ones.
    ///
    /// Times are compared on the same device and processor only: intervals of ratios, and medians where there is none,
    /// by the range of their samples.
    public init(_ recorded: Verdict, repeated verdict: Verdict) {
        self.verdict = verdict
        var findings = [
            Finding(
                subject: "status", recorded: recorded.status.rawValue, found: verdict.status.rawValue,
                agrees: recorded.status == verdict.status)
        ]
        let sameMachine =
            recorded.provenance.device == verdict.provenance.device
            && recorded.provenance.hostCPU == verdict.provenance.hostCPU
        findings.append(
            Finding(
                subject: "device", recorded: Self.machine(recorded), found: Self.machine(verdict),
                agrees: sameMachine ? true : nil))
        findings += Self.errors(recorded, verdict, bitwise: sameMachine)
        if let old = recorded.speedup, let new = verdict.speedup {
            let overlap = old.low <= new.high && new.low <= old.high
            findings.append(
                Finding(
                    subject: "speed-up", recorded: "\(Self.text(old)) against \(recorded.timing?.baseline ?? "")",
                    found: "\(Self.text(new)) against \(verdict.timing?.baseline ?? "")",
                    agrees: sameMachine ? overlap : nil))
        } else if let old = recorded.timing, let new = verdict.timing {
            findings.append(Self.times(old, new, sameMachine))
        }
        self.findings = findings
    }

    /// Whether nothing that could be compared disagrees.
    public var agrees: Bool { findings.allSatisfy { $0.agrees != false } }

    /// The errors on the inputs that the seed gives again; equal on the same machine for a kernel that is deterministic.
    private static func errors(_ old: Verdict, _ new: Verdict, bitwise: Bool) -> [Finding] {
        guard let before = old.accuracy.first, let after = new.accuracy.first, before.inputSet == after.inputSet,
            let recorded = before.normwise, let found = after.normwise
        else { return [] }
        let isSteady = bitwise && old.deterministic == true && old.provenance.versions == new.provenance.versions
        return [
            Finding(
                subject: "error on the \(before.inputSet) inputs", recorded: "\(recorded)", found: "\(found)",
                agrees: isSteady ? recorded == found : nil)
        ]
    }

    private static func times(_ old: Timing, _ new: Timing, _ comparable: Bool) -> Finding {
        let overlap =
            (old.samples.min() ?? 0) <= (new.samples.max() ?? 0)
            && (new.samples.min() ?? 0) <= (old.samples.max() ?? 0)
        return Finding(
            subject: "median seconds", recorded: "\(old.medianSeconds)", found: "\(new.medianSeconds)",
            agrees: comparable ? overlap : nil)
    }

    private static func machine(_ verdict: Verdict) -> String {
        "\(verdict.provenance.device), \(verdict.provenance.hostCPU)"
    }

    private static func text(_ interval: RatioInterval) -> String {
        func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
        return "\(rounded(interval.ratio)) [\(rounded(interval.low)), \(rounded(interval.high))]"
    }
}
