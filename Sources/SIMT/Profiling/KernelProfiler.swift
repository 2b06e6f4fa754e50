/// Turns a run in the emulator, and what is known of the machine code, into what the timing model wants to know.
///
/// Some blocks are run (`BlockSample`). The emulator tells how often each PTX instruction runs and what it accesses;
/// machine code tells what the assembler made of each line (`MachineScaling`), how wide its accesses are
/// (`AccessMerging`) and what it waits for (`WaitScan`). Without it the PTX has to do for all of that.
public struct KernelProfiler: Sendable {
    /// The GPU whose caches, banks and occupancy count.
    public var gpu: GPUModel
    public var options: ProfilerOptions

    public init(gpu: GPUModel, options: ProfilerOptions = ProfilerOptions()) {
        self.gpu = gpu
        self.options = options
    }

    /// Profiles one launch.
    ///
    /// Sampled blocks run on the memory and change it: outputs are written again, in part, and a kernel that changes
    /// its own inputs or counts calls does so once more. So profile after the results were taken. Sanitizers are off;
    /// a kernel that was not run under them before may fault, or hang until `instructionLimit`. Takes one core, and
    /// time in proportion to the sampled instructions.
    ///
    /// - Parameters:
    ///   - resources: registers, static shared and local memory count; threads and dynamic shared memory are the
    ///     launch's.
    ///   - machine: facts about the kernel's machine code; nil leaves instructions to the PTX.
    /// - Throws: what no device would launch, and the first fault of a sampled block.
    public func profile(
        _ program: SIMTProgram, _ launch: SIMTLaunch, memory: GlobalMemory, resources: KernelResources,
        machine: MachineFacts? = nil
    ) throws(ProfilingError) -> KernelProfile {
        var resources = resources
        resources.threadsPerBlock = launch.block.count
        resources.dynamicSharedBytes = launch.dynamicSharedBytes
        let occupancy: Occupancy
        do { occupancy = try Occupancy(of: resources, on: gpu) } catch { throw .unlaunchable(error) }
        guard let code = ProfiledCode(program.code.module, kernel: launch.kernel, files: machine?.files ?? []) else {
            throw .refused(SIMTError(.unknownKernel, "no kernel \(launch.kernel)"))
        }
        let facts = code.hasLines ? machine : nil
        let recorder = AccessProfile(code, machine: facts, gpu: gpu, quota: options.accesses)
        var run = SampledRun(
            program, launch, memory: memory, recorder: recorder, instructions: code.instructions.count,
            instructionLimit: options.instructionLimit)
        let traffic = try sample(&run, memory, occupancy)

        let blocks = launch.grid.count
        let warps = Double(blocks * resources.warpsPerBlock)
        let builder = RegionBuilder(
            gpu: gpu, code: code, machine: facts, runs: run.runs.map { $0 / warps },
            lanes: run.lanes.map { $0 / warps }, accesses: run.accesses.map { $0 * (1 / warps) })
        var profile = KernelProfile(
            name: launch.kernel, blocks: blocks, resources: resources, regions: builder.regions, traffic: traffic,
            source: facts == nil ? .ptx : .sass, coverage: Double(run.blocks) / Double(blocks),
            threadInstructions: run.launchThreadInstructions)
        let frameBytes = resources.localBytesPerThread ?? program.localBytesPerThread(of: launch.kernel) ?? 0
        LocalMemory(frameBytes: frameBytes, occupancy: occupancy, blocks: blocks, gpu: gpu).add(to: &profile)
        return profile
    }

    /// Runs the first block, chooses the others by what it costs, and runs them.
    private func sample(
        _ run: inout SampledRun, _ memory: GlobalMemory, _ occupancy: Occupancy
    ) throws(ProfilingError) -> MemoryTraffic {
        try run.run(BlockSample.Group(blocks: [0], count: 1))
        let sample = options.sample(of: run.launch.grid, first: run.threadInstructions)
        var model = TrafficModel(gpu: gpu, occupancy: occupancy, blocks: run.launch.grid.count)
        for (number, group) in sample.groups.enumerated() {
            // The first group is the first block, which has run.
            if number > 0 { try run.run(group) }
            model.add(run.recorder.streams, weight: group.weight)
            if number == sample.main { model.addNeighbours(run.recorder.streams, sample.neighbours) }
        }
        var bytes: [UInt64: Int] = [:]
        for allocation in memory.allocations {
            bytes[allocation.address >> AddressMap.slotBits] = allocation.bytes.count
        }
        var traffic = model.traffic(sampled: sample.blockCount, bytes: bytes, unseenFactor: run.unseenFactor)
        traffic.hottestAtomics = run.hottestAtomics
        return traffic
    }
}
