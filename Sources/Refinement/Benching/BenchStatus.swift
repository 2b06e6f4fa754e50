import Evaluation

/// How one workload of a bench ended; a string in JSON.
public enum BenchStatus: Sendable, Hashable {
    /// A candidate was certified, or the most frequent reason why none was.
    case judged(Verdict.Status)
    /// The author cannot write kernels for this workload yet.
    case unsupported
    /// The environment failed: the oracle, the device, a disk.
    case failed

    public var isCorrect: Bool { self == .judged(.correct) }
}

extension BenchStatus: RawRepresentable, Codable {
    public init?(rawValue: String) {
        switch rawValue {
        case "unsupported": self = .unsupported
        case "failed": self = .failed
        default:
            guard let status = Verdict.Status(rawValue: rawValue) else { return nil }
            self = .judged(status)
        }
    }

    public var rawValue: String {
        switch self {
        case .judged(let status): status.rawValue
        case .unsupported: "unsupported"
        case .failed: "failed"
        }
    }
}
