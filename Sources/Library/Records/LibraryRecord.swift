import Evaluation
import Policies
import Scheduling

/// One certified kernel: the question it answers, its figures, and the addresses of certificate and solution.
public struct LibraryRecord: Sendable, Hashable, Codable {
    /// Its number in the library; nil until it is kept.
    public var id: Int64?
    public var question: Question
    /// The workload as it was named, e.g. `kernelbench/1/23`.
    public var workload: String
    /// The size preset of a suite's workload.
    public var size: String?
    /// Median seconds of one call, as certified.
    public var seconds: Double
    /// Against the main baseline; nil without a valid one.
    public var speedup: RatioInterval?
    /// SHA-256 of the solution without name and author.
    public var solution: String
    /// The address of its `VerdictRecord`.
    public var certificate: String
    /// The macro parameters behind the schedule; nil for a kernel that somebody wrote.
    public var parameters: ProgramCPU?
    /// What nearness to other workloads is measured by.
    public var features: WorkloadFeatures
    /// The author.
    public var policy: String
    /// The version of the built-in author that searched, which the others start from, too; 0 of records from before there
    /// were versions.
    public var authorVersion = BuiltInAuthor.version
    /// Turns and seconds of the search that found it, and how far that search was allowed to go.
    public var turns: Int
    public var searchSeconds: Double
    public var extent: SearchExtent
    /// When it was kept, e.g. `2026-11-22T10:00:00Z`.
    public var recorded: String

    public init(
        question: Question, workload: String, size: String?, certificate: VerdictRecord, parameters: ProgramCPU?,
        features: WorkloadFeatures, policy: String, turns: Int, searchSeconds: Double, extent: SearchExtent,
        recorded: String
    ) {
        self.question = question
        self.workload = workload
        self.size = size
        seconds = certificate.verdict.medianSeconds ?? .infinity
        speedup = certificate.verdict.speedup
        solution = certificate.solutionHash
        self.certificate = certificate.address
        self.parameters = parameters
        self.features = features
        self.policy = policy
        self.turns = turns
        self.searchSeconds = searchSeconds
        self.extent = extent
        self.recorded = recorded
    }

    /// Reads parameters of another version as none: the certificate holds without them.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decodeIfPresent(Int64.self, forKey: .id)
        question = try fields.decode(Question.self, forKey: .question)
        workload = try fields.decode(String.self, forKey: .workload)
        size = try fields.decodeIfPresent(String.self, forKey: .size)
        seconds = try fields.decode(Double.self, forKey: .seconds)
        speedup = try fields.decodeIfPresent(RatioInterval.self, forKey: .speedup)
        solution = try fields.decode(String.self, forKey: .solution)
        certificate = try fields.decode(String.self, forKey: .certificate)
        parameters = try? fields.decodeIfPresent(ProgramCPU.self, forKey: .parameters)
        features = try fields.decode(WorkloadFeatures.self, forKey: .features)
        policy = try fields.decode(String.self, forKey: .policy)
        authorVersion = try fields.decodeIfPresent(Int.self, forKey: .authorVersion) ?? 0
        turns = try fields.decode(Int.self, forKey: .turns)
        searchSeconds = try fields.decode(Double.self, forKey: .searchSeconds)
        extent = try fields.decode(SearchExtent.self, forKey: .extent)
        recorded = try fields.decode(String.self, forKey: .recorded)
    }

    /// What the best of several answers to one question is chosen by, the more the better: the lower end of the ratio's
    /// interval, which was shown and cancels what disturbs the machine; without a ratio, the least seconds, after all that
    /// have one.
    var merit: Double { speedup?.low ?? -seconds }
}
