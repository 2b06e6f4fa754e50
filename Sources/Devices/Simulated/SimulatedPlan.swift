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
        var profiler = KernelProfiler(gpu: model, options: profiling)
        // The whole plan has what one launch would have.
        let share = profiling.threadInstructions / UInt64(max(1, launches.count))
        profiler.options.threadInstructions = max(share, Self.leastInstructions)
        var predictions: [LaunchPrediction] = []
        for launch in launches { predictions.append(try predict(launch, profiler)) }
        return PlanPrediction(device: device, launches: predictions)
    }

    private func predict(
        _ launch: Solution.Launch, _ profiler: KernelProfiler
    ) throws(DeviceFailure) -> LaunchPrediction {
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
        return LaunchPrediction(
            prediction, profile, shares: timing.shares(of: profile, in: prediction), spillBytes: kernel?.spillBytes)
    }

    // MARK: Running

    private func counted(_ prepare: Bool) -> [Solution.Launch] {
        solution.launches.filter { prepare || $0.phase == .run }
    }

    private func run(
        on buffers: [BufferName: UnsafeMutableRawBufferPointer], prepare: Bool
    ) throws(DeviceFailure) {
        // What an earlier launch was given counts as written.
        var touched: Set<BufferName> = []
        let launches = counted(prepare)
        for launch in launches {
            // What a later launch reads must be whole.
            try run(launch, on: buffers, written: touched, samples: launches.count == 1)
            touched.formUnion(launch.arguments.compactMap(\.buffer))
        }
    }

    private func run(
        _ launch: Solution.Launch, on buffers: [BufferName: UnsafeMutableRawBufferPointer], written: Set<BufferName>,
        samples: Bool
    ) throws(DeviceFailure) {
        let (request, memory) = try place(launch, on: buffers, written: written)
        let runs = checking.runs(request, samples: samples)
        let first = try run(launch, request, memory, blocks: runs.first)
        guard let rest = runs.rest(first.threadInstructions) else { return coverage = 1 }
        _ = try run(launch, request, memory, blocks: rest.blocks)
        coverage = rest.coverage
    }

    private func run(
        _ launch: Solution.Launch, _ request: SIMTLaunch, _ memory: GlobalMemory, blocks: [Int]?
    ) throws(DeviceFailure) -> SIMTReport {
        var options = SIMTOptions()
        options.sanitizers = .all
        options.blocks = blocks
        let report: SIMTReport
        do { report = try program.run(request, memory: memory, options: options) } catch {
            throw .launchError("\(launch.kernel): \(error)")
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
