import KernelIR
import Rendering
import SIMT

/// A launch plan whose kernels run in the emulator, on the caller's memory.
final class SimulatedPlan: LoadedSolution {
    private let solution: Solution
    private let binary: SimulatedBinary
    private let program: SIMTProgram
    private let model: GPUModel
    private let device: String
    private let profiling: ProfilerOptions
    private let checking: SampledCheck
    private var buffers: [BufferName: UnsafeMutableRawBufferPointer]
    private var attached: [[BufferName: UnsafeMutableRawBufferPointer]] = []
    private(set) var coverage = 1.0
    private(set) var outputSamples: [OutputSample] = []
    /// What launches did in their last run, if all of their blocks ran, by their position in the plan.
    private var work: [Int: LaunchWork] = [:]

    init(
        _ solution: Solution, _ binary: SimulatedBinary, _ program: SIMTProgram, device: String, model: GPUModel,
        profiling: ProfilerOptions, checking: SampledCheck,
        _ buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) {
        self.checking = checking
        (self.solution, self.binary, self.program) = (solution, binary, program)
        (self.device, self.model, self.profiling, self.buffers) = (device, model, profiling, buffers)
    }

    func bind(_ buffers: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) { self.buffers = buffers }

    func run(count: Int, prepare: Bool) throws(DeviceFailure) {
        for _ in 0..<count { try run(on: buffers, prepare: prepare) }
    }

    func attach(_ buffers: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) {
        attached.append(buffers)
    }

    func runAttached(prepare: Bool) throws(DeviceFailure) {
        for others in attached { try run(on: buffers.merging(others) { $1 }, prepare: prepare) }
    }

    /// Zeros: the emulator's own time says nothing about a GPU.
    func timeLaunches(prepare: Bool) throws(DeviceFailure) -> [Double] {
        try run(count: 1, prepare: prepare)
        return solution.launches.map { _ in 0 }
    }

    // MARK: Predicting

    /// Instructions that are run for one launch, if a plan has so many that none is left for it.
    private static let leastInstructions: UInt64 = 1 << 20

    func predict(prepare: Bool) throws(DeviceFailure) -> PlanPrediction? {
        let launches = counted(prepare)
        let profiler = KernelProfiler(gpu: model, options: profilerOptions(launches: launches.count))
        var predictions: [LaunchPrediction] = []
        for index in launches { predictions.append(try predict(index, profiler)) }
        return PlanPrediction(device: device, launches: predictions)
    }

    /// How each of so many launches is profiled: the whole plan has what one launch would have.
    private func profilerOptions(launches: Int) -> ProfilerOptions {
        var options = profiling
        options.threadInstructions = max(
            profiling.threadInstructions / UInt64(max(1, launches)), Self.leastInstructions)
        return options
    }

    private func predict(
        _ index: Int, _ profiler: KernelProfiler
    ) throws(DeviceFailure) -> LaunchPrediction {
        let launch = solution.launches[index]
        let (request, memory) = try place(launch, on: buffers, written: [])
        let kernel = binary[launch.kernel]
        let resources = SIMT.KernelResources(
            threadsPerBlock: request.block.count, registersPerThread: kernel?.registers ?? 0,
            staticSharedBytes: kernel?.staticSharedBytes ?? 0, dynamicSharedBytes: request.dynamicSharedBytes,
            localBytesPerThread: kernel?.stackBytes)
        let profile: KernelProfile
        do {
            profile = try profiler.profile(
                program, request, memory: memory, resources: resources, machine: kernel?.machine)
        } catch {
            throw .launchError("\(launch.kernel): \(error)")
        }
        let timing = TimingModel(gpu: model)
        let prediction: TimingPrediction
        do { prediction = try timing.predict(profile) } catch { throw .launchError("\(launch.kernel): \(error)") }
        var result = LaunchPrediction(
            prediction, profile, shares: timing.shares(of: profile, in: prediction), spillBytes: kernel?.spillBytes)
        result.predictedSeconds *= try factor(index, profile)
        return result
    }

    /// The part of a launch's work that the blocks that are run must stand for, if its time is to be predicted at all.
    private static let leastShare = 0.25

    /// How much more work a launch did, when all of its blocks ran, than the blocks of its profile stand for; 1 where
    /// it is about as much, or where some blocks ran only, which must account for the outputs.
    private func factor(_ index: Int, _ profile: KernelProfile) throws(DeviceFailure) -> Double {
        guard let share = work[index]?.share(of: profile), share < OutputSample.leastAccounted else { return 1 }
        guard share >= Self.leastShare else {
            let part = Int(100 * share)
            throw .launchError(
                "\(profile.name): its time cannot be predicted, since the blocks that are run for that do \(part) % of "
                    + "what they would have to do to stand for all")
        }
        return 1 / share
    }

    // MARK: Running

    /// The positions of the launches that count.
    private func counted(_ prepare: Bool) -> [Int] {
        solution.launches.indices.filter { prepare || solution.launches[$0].phase == .run }
    }

    private func run(
        on buffers: [BufferName: UnsafeMutableRawBufferPointer], prepare: Bool
    ) throws(DeviceFailure) {
        (coverage, outputSamples) = (1, [])
        // What an earlier launch was given counts as written.
        var touched: Set<BufferName> = []
        for index in counted(prepare) {
            let launch = solution.launches[index]
            let (request, memory) = try place(launch, on: buffers, written: touched)
            if solution.launches.count == 1 {
                try runAlone(request, memory, on: buffers)
            } else {
                // What a later launch reads must be whole.
                let report = try run(request, memory)
                work[index] = LaunchWork(threadInstructions: report.threadInstructions, accounted: 1)
            }
            touched.formUnion(launch.arguments.compactMap(\.buffer))
        }
    }

    /// Runs the only launch of a plan: some blocks where all would take too long, and these stand for all.
    private func runAlone(
        _ request: SIMTLaunch, _ memory: GlobalMemory, on buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) {
        let options = profilerOptions(launches: 1)
        if let runs = checking.runs(request) {
            let first = try run(request, memory, blocks: [0]).threadInstructions
            program.removeVariables(from: memory)
            if let sample = runs.sample(after: first, predicting: options) {
                let report = try run(request, memory, blocks: sample.blocks, countsWrites: true)
                let found = Self.outputSamples(of: buffers, in: memory, report.writes, sample.basis)
                let isTelling = found.allSatisfy(\.isTelling)
                if isTelling || !runs.mayRunAll(ifOf: sample.blocks.count, take: report.threadInstructions) {
                    (coverage, outputSamples) = (sample.coverage, found)
                    work[0] = nil
                    return
                }
                program.removeVariables(from: memory)
            }
        }
        let report = try run(request, memory, countsWrites: request.grid.count > BlockSample.leastLimit)
        let basis = options.sample(of: request.grid, first: report.firstThreadInstructions)
        let written = Self.outputSamples(of: buffers, in: memory, report.writes, basis).filter { $0.written > 0 }
        work[0] = LaunchWork(
            threadInstructions: report.threadInstructions,
            accounted: written.map { $0.accounted / $0.written }.min() ?? 1)
    }

    /// What blocks left in every output, those included that the launch was not given.
    private static func outputSamples(
        of buffers: [BufferName: UnsafeMutableRawBufferPointer], in memory: GlobalMemory, _ writes: [SIMTWrites],
        _ basis: BlockSample
    ) -> [OutputSample] {
        buffers.sorted { $0.key.label < $1.key.label }.compactMap { name, bytes -> OutputSample? in
            guard case .output(let output) = name, !bytes.isEmpty else { return nil }
            let address = memory.allocations.first { $0.name == name.label }?.address
            let written = writes.first { $0.address == address }?.bytes ?? [:]
            return OutputSample(
                output: output, written: Double(written.values.reduce(0, +)) / Double(bytes.count),
                accounted: basis.total(of: written) / Double(bytes.count))
        }
    }

    /// - Parameter blocks: those to run; nil for all.
    private func run(
        _ request: SIMTLaunch, _ memory: GlobalMemory, blocks: [Int]? = nil, countsWrites: Bool = false
    ) throws(DeviceFailure) -> SIMTReport {
        var options = SIMTOptions()
        options.sanitizers = .all
        options.blocks = blocks
        options.countsWrites = countsWrites
        let report: SIMTReport
        do { report = try program.run(request, memory: memory, options: options) } catch {
            throw .launchError("\(request.kernel): \(error)")
        }
        if let fault = report.faults.first { throw .fault(DeviceFault(fault)) }
        return report
    }

    /// A launch with the buffers at addresses of the emulated device.
    ///
    /// - Parameter written: buffers that earlier launches may have written.
    private func place(
        _ launch: Solution.Launch, on buffers: [BufferName: UnsafeMutableRawBufferPointer], written: Set<BufferName>
    ) throws(DeviceFailure) -> (SIMTLaunch, GlobalMemory) {
        let memory = GlobalMemory()
        var addresses: [BufferName: UInt64] = [:]
        // In one order, so that addresses and so reports repeat.
        for (name, bytes) in buffers.sorted(by: { $0.key.label < $1.key.label }) {
            addresses[name] = memory.map(
                bytes, name: name.label, isWritable: name.isWritable,
                isInitialized: name.isWrittenBefore || written.contains(name))
        }
        let arguments = try launch.arguments.map { argument throws(DeviceFailure) -> SIMTArgument in
            if let name = argument.buffer {
                guard let address = addresses[name] else {
                    throw .invalidPlan("\(launch.kernel) asks for the unknown \(name)")
                }
                return .pointer(address)
            }
            guard case .scalar(let type, let value) = argument, let bytes = ScalarBytes.encode(value, as: type) else {
                throw .invalidPlan("an argument of \(launch.kernel) is no number of its type")
            }
            return .bytes(bytes)
        }
        let request = SIMTLaunch(
            kernel: launch.kernel, grid: SIMTExtent(launch.grid), block: SIMTExtent(launch.block),
            dynamicSharedBytes: launch.sharedBytes, arguments: arguments)
        return (request, memory)
    }
}

extension SIMTExtent {
    /// The extents x, y, z; those that are missing are 1.
    fileprivate init(_ extents: [Int]) {
        func extent(_ dimension: Int) -> Int { dimension < extents.count ? extents[dimension] : 1 }
        self.init(extent(0), extent(1), extent(2))
    }
}

extension BufferName {
    /// The name for reports, with its kind.
    fileprivate var label: String {
        switch self {
        case .input(let name): "input \(name)"
        case .parameter(let name): "parameter \(name)"
        case .output(let name): "output \(name)"
        case .scratch(let name): "scratch \(name)"
        }
    }

    /// Whether kernels may write it.
    fileprivate var isWritable: Bool {
        switch self {
        case .input, .parameter: false
        case .output, .scratch: true
        }
    }

    /// Whether it holds something before the first launch.
    fileprivate var isWrittenBefore: Bool { !isWritable }
}

extension DeviceFault {
    /// What a fault of the emulator is called in a verdict.
    init(_ fault: SIMTFault) {
        let kind: Kind =
            switch fault.kind {
            case .outOfBounds, .unmapped: .outOfBounds
            case .readOnly: .readOnly
            case .sharedRace, .globalRace: .race
            default: .other
            }
        self.init(kind, "\(fault.kernel): \(fault)")
    }
}
