import KernelIR

/// Whether a workload of a suite can tell a kernel from a shortcut, and under which inputs; found by `kw admit`.
///
/// A workload is admitted under a distribution if every control (zeros, a constant, copies, half the work, an input
/// left unread …) fails the judge's comparison there; `docs/admission.md` lists the controls.
public enum Admission: Sendable, Hashable {
    /// The distributions to judge under, one or more: candidates are checked on all and timed on the last.
    case admitted([InputDistribution])
    /// No distribution was found under which every control fails; such a workload stays out of headline figures.
    case excluded(reason: String)

    /// What is recorded of a suite's workload, e.g. `kernelbench/1/23`; nil when nothing is.
    ///
    /// A size that was never tested has the record of the next smaller one that was. Reads the suite's data; to ask
    /// for many workloads, keep an `AdmissionTable`.
    public static func of(_ id: String, size: SizePreset) throws(KernelwrightError) -> Admission? {
        guard let suite = Suite.all.first(where: { id.hasPrefix($0.name + "/") }) else { return nil }
        return try AdmissionTable(suite: suite)[id, size]
    }
}

extension Admission: Codable {
    private enum Key: String, CodingKey { case distributions, reason }

    /// Reads `{"distributions": […]}` or `{"reason": "…"}`.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        if let reason = try fields.decodeIfPresent(String.self, forKey: .reason) {
            self = .excluded(reason: reason)
            return
        }
        let distributions = try fields.decode([InputDistribution].self, forKey: .distributions)
        guard !distributions.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .distributions, in: fields, debugDescription: "an admitted workload needs a distribution")
        }
        self = .admitted(distributions)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .admitted(let distributions): try fields.encode(distributions, forKey: .distributions)
        case .excluded(let reason): try fields.encode(reason, forKey: .reason)
        }
    }
}
