/// What one verdict cost in wall seconds, part by part, so that a user sees what the loop spends its budget on.
public struct Costs: Sendable, Hashable, Codable {
    /// The policy's time to make the proposal; filled in by whoever asked the policy.
    public var proposalSeconds: Double
    /// The device's compiler, in the compile worker.
    public var compileSeconds: Double
    /// The driver's part of starting the run worker: opening the device and loading the binary.
    public var loadSeconds: Double
    /// The first launch, in which some drivers finish compiling.
    public var firstLaunchSeconds: Double
    /// The candidate's own launches after the first.
    public var kernelSeconds: Double
    /// The baseline's launches between them.
    public var baselineSeconds: Double
    /// Everything else that passed: starting processes, talking to them, poisoning, comparing, statistics.
    public var ownSeconds: Double

    public init(
        proposalSeconds: Double = 0, compileSeconds: Double = 0, loadSeconds: Double = 0,
        firstLaunchSeconds: Double = 0, kernelSeconds: Double = 0, baselineSeconds: Double = 0, ownSeconds: Double = 0
    ) {
        self.proposalSeconds = proposalSeconds
        self.compileSeconds = compileSeconds
        self.loadSeconds = loadSeconds
        self.firstLaunchSeconds = firstLaunchSeconds
        self.kernelSeconds = kernelSeconds
        self.baselineSeconds = baselineSeconds
        self.ownSeconds = ownSeconds
    }

    /// All parts together.
    public var totalSeconds: Double { overheadSeconds + kernelSeconds + baselineSeconds }
    /// All parts beside the timed runs of the kernel and its baseline.
    public var overheadSeconds: Double {
        proposalSeconds + compileSeconds + loadSeconds + firstLaunchSeconds + ownSeconds
    }
}
