/// What one verdict cost in wall seconds, part by part, so that a user sees what the loop spends its budget on.
public struct Costs: Sendable, Hashable, Codable {
    /// The policy's time to make the proposal; filled in by whoever asked the policy.
    public var proposalSeconds = 0.0
    /// The device's compiler, in the compile worker.
    public var compileSeconds = 0.0
    /// The driver's part of starting the run worker: opening the device and loading the binary.
    public var loadSeconds = 0.0
    /// The first launch, in which some drivers finish compiling.
    public var firstLaunchSeconds = 0.0
    /// The candidate's own launches after the first.
    public var kernelSeconds = 0.0
    /// The baseline's launches between them.
    public var baselineSeconds = 0.0
    /// Drawing new inputs between timed rounds.
    public var inputSeconds = 0.0
    /// The oracle, asked about them.
    public var oracleSeconds = 0.0
    /// The second opinion, where one was asked for.
    public var examinerSeconds = 0.0
    /// Everything else that passed: starting processes, talking to them, poisoning, comparing, statistics.
    public var ownSeconds = 0.0

    public init() {}

    /// Reads records without the fields that came later, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        proposalSeconds = try fields.decode(Double.self, forKey: .proposalSeconds)
        compileSeconds = try fields.decode(Double.self, forKey: .compileSeconds)
        loadSeconds = try fields.decode(Double.self, forKey: .loadSeconds)
        firstLaunchSeconds = try fields.decode(Double.self, forKey: .firstLaunchSeconds)
        kernelSeconds = try fields.decode(Double.self, forKey: .kernelSeconds)
        baselineSeconds = try fields.decode(Double.self, forKey: .baselineSeconds)
        inputSeconds = try fields.decodeIfPresent(Double.self, forKey: .inputSeconds) ?? 0
        oracleSeconds = try fields.decodeIfPresent(Double.self, forKey: .oracleSeconds) ?? 0
        examinerSeconds = try fields.decodeIfPresent(Double.self, forKey: .examinerSeconds) ?? 0
        ownSeconds = try fields.decode(Double.self, forKey: .ownSeconds)
    }

    /// All parts together.
    public var totalSeconds: Double { overheadSeconds + kernelSeconds + baselineSeconds }
    /// All parts beside the timed runs of the kernel and its baseline.
    public var overheadSeconds: Double {
        proposalSeconds + compileSeconds + loadSeconds + firstLaunchSeconds + inputSeconds + oracleSeconds
            + examinerSeconds
            + ownSeconds
    }
    /// All parts over those that no judge could do without: compiling, running and asking the oracle; nil for nothing.
    public var judgingRatio: Double? {
        let own = inputSeconds + ownSeconds
        let needed = totalSeconds - proposalSeconds - own
        return needed > 0 ? 1 + own / needed : nil
    }
}
