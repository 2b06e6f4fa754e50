/// Runs some blocks of a launch in the emulator and adds up what they do, each as often as it stands for others.
struct SampledRun {
    let program: SIMTProgram
    let launch: SIMTLaunch
    let memory: GlobalMemory
    let recorder: AccessProfile
    /// Warp instructions that one block may run.
    let instructionLimit: UInt64

    /// By instruction, how often warps of the whole launch issue it, and how many lanes execute it.
    private(set) var runs: [Double]
    private(set) var lanes: [Double]
    /// Blocks that ran, and instructions that their threads executed.
    private(set) var blocks = 0
    private(set) var threadInstructions: UInt64 = 0
    /// The same in the whole launch.
    private(set) var launchThreadInstructions = 0.0
    /// By instruction, accesses of warps in the launch, and those that the looked at ones stand for.
    private var requests: [Double]
    private var recorded: [Double]

    init(
        _ program: SIMTProgram, _ launch: SIMTLaunch, memory: GlobalMemory, recorder: AccessProfile,
        instructions: Int, instructionLimit: UInt64
    ) {
        self.program = program
        self.launch = launch
        self.memory = memory
        self.recorder = recorder
        self.instructionLimit = instructionLimit
        runs = Array(repeating: 0, count: instructions)
        lanes = runs
        requests = runs
        recorded = runs
    }

    /// Runs the blocks of a group; what they did to global memory is in the recorder then.
    mutating func run(_ group: BlockSample.Group) throws(ProfilingError) {
        var options = SIMTOptions()
        options.countsInstructions = true
        options.instructionLimit = instructionLimit
        options.blocks = group.blocks
        recorder.begin(weight: group.weight)
        let report: SIMTReport
        do { report = try program.run(launch, memory: memory, options: options, recorder: recorder) } catch {
            throw .refused(error)
        }
        if let fault = report.faults.first(where: { !$0.kind.isFinding }) { throw .faulted(fault) }
        for (index, entry) in (report.counters?.entries ?? []).enumerated() {
            runs[index] += group.weight * Double(entry.counts.warps)
            lanes[index] += group.weight * Double(entry.counts.threads)
            requests[index] += group.weight * Double(entry.counts.requests)
            recorded[index] += group.weight * Double(recorder.recorded[index])
        }
        blocks += group.blocks.count
        threadInstructions += report.threadInstructions
        launchThreadInstructions += group.weight * Double(report.threadInstructions)
    }

    /// By instruction, what the accesses of the launch cost, those included that were not looked at.
    var accesses: [WarpCounts] {
        recorder.counts.enumerated().map { index, counts in
            recorded[index] > 0 ? counts * (requests[index] / recorded[index]) : counts
        }
    }

    /// Sectors of the launch over those that the looked at accesses stand for; 1 where all were looked at.
    var unseenFactor: Double {
        let seen = recorder.counts.reduce(0) { $0 + $1.sectors }
        return seen > 0 ? accesses.reduce(0) { $0 + $1.sectors } / seen : 1
    }

    /// Atomics of the launch on the word of global memory that has most of them, unseen ones included.
    var hottestAtomics: Double {
        let atomics = requests.indices.filter { recorder.isGlobalAtomic[$0] }
        let seen = atomics.reduce(0.0) { $0 + recorded[$1] }
        let made = atomics.reduce(0.0) { $0 + requests[$1] }
        return recorder.atomicWords.hottest * (seen > 0 ? made / seen : 1)
    }
}
