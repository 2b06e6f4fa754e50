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
        lanes = Array(repeating: 0, count: instructions)
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
        }
        blocks += group.blocks.count
        threadInstructions += report.threadInstructions
    }
}
