import Evaluation
import Policies
import Workloads

/// One line of `trajectory.jsonl`; `docs/trajectory.md` specifies the JSON.
public enum RecordLine: Sendable {
    /// The first line: what the run is.
    case header(RecordHeader)
    /// One finished turn.
    case turn(RecordedTurn)
    /// The last line of a run that came to its end.
    case end(RecordEnd)
}

/// What a run was asked for and what took part in it.
public struct RecordHeader: Sendable, Hashable, Codable {
    /// The version of the record's format.
    public var format: Int
    public var settings: RunSettings
    /// Versions of the components that take part, by name.
    public var versions: [String: String]
    /// What the library suggested when the run began: whoever resumes or replays it shows the policy the same.
    public var precedents: [Precedent]
    /// What the policy was shown of the device; nil in older records, which cannot be replayed without it.
    public var target: RecordedTarget?
    /// What a language model was given, as words of a command line without the key; nil for other authors.
    public var authorOptions: [String]?

    public init(
        format: Int = 1, settings: RunSettings, versions: [String: String] = [:], precedents: [Precedent] = [],
        target: RecordedTarget? = nil, authorOptions: [String]? = nil
    ) {
        self.target = target
        self.authorOptions = authorOptions
        self.format = format
        self.settings = settings
        self.versions = versions
        self.precedents = precedents
    }

    /// Reads records from before there was a library, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        format = try fields.decode(Int.self, forKey: .format)
        settings = try fields.decode(RunSettings.self, forKey: .settings)
        versions = try fields.decode([String: String].self, forKey: .versions)
        precedents = try fields.decodeIfPresent([Precedent].self, forKey: .precedents) ?? []
        target = try fields.decodeIfPresent(RecordedTarget.self, forKey: .target)
        authorOptions = try fields.decodeIfPresent([String].self, forKey: .authorOptions)
    }
}

/// A finished turn with what its replay needs.
public struct RecordedTurn: Sendable, Codable {
    public var turn: Turn
    /// Identifies the solution that was judged; nil when the proposal never became one.
    public var solution: String?
    /// Seconds of search up to the end of this turn, over all sessions of the run.
    public var elapsedSeconds: Double
    /// Turns of its trajectory just before it that the policy had not seen when it proposed this one; nil for none.
    public var unseen: Int?

    public init(turn: Turn, solution: String?, elapsedSeconds: Double, unseen: Int? = nil) {
        self.unseen = unseen
        self.turn = turn
        self.solution = solution
        self.elapsedSeconds = elapsedSeconds
    }
}

/// How a run ended.
public struct RecordEnd: Sendable, Codable {
    public var reason: StopReason
    /// The winner's certificates in the order of trial; the last one counts. Empty when no turn was correct.
    public var certificates: [Certificate]
    /// The seed behind all inputs, revealed now that the run is over.
    public var inputSeed: Seed?
    /// The discounted return of each turn, by trajectory (`KevinScore`); nil with a beam, and in older records.
    public var returns: [[Double]]?

    public init(
        reason: StopReason, certificates: [Certificate], inputSeed: Seed?, returns: [[Double]]? = nil
    ) {
        self.returns = returns
        self.reason = reason
        self.certificates = certificates
        self.inputSeed = inputSeed
    }

    /// The certificate of the winner, or nil when nothing held.
    public var winner: Certificate? { certificates.last.flatMap { $0.verdict.isCorrect ? $0 : nil } }
}

/// A candidate judged again on inputs it never saw.
public struct Certificate: Sendable, Codable {
    public var trajectory: Int
    public var index: Int
    public var verdict: Verdict

    public init(trajectory: Int, index: Int, verdict: Verdict) {
        self.trajectory = trajectory
        self.index = index
        self.verdict = verdict
    }
}

/// Why no further turn began.
public enum StopReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// The asked number of turns is done.
    case turns
    /// The time is spent, or the author's own budget.
    case budget
    /// The last turns brought no gain.
    case converged
    /// The policy has nothing left to try.
    case exhausted
    /// The user asked to stop.
    case interrupted
}

extension RecordLine: Codable {
    private enum Key: String, CodingKey { case header, turn, end }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .header(let header):
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(header, forKey: .header)
        case .turn(let turn): try turn.encode(to: encoder)
        case .end(let end):
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(end, forKey: .end)
        }
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        if fields.contains(.header) {
            self = .header(try fields.decode(RecordHeader.self, forKey: .header))
        } else if fields.contains(.end) {
            self = .end(try fields.decode(RecordEnd.self, forKey: .end))
        } else {
            self = .turn(try RecordedTurn(from: decoder))
        }
    }
}
