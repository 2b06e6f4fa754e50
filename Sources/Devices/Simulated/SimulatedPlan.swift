import KernelIR
import Rendering
import SIMT

/// A launch plan whose kernels run in the emulator, on the caller's memory.
final class SimulatedPlan: LoadedSolution {
    private let solution: Solution
    private let program: SIMTProgram
    private var buffers: [BufferName: UnsafeMutableRawBufferPointer]
    private var attached: [[BufferName: UnsafeMutableRawBufferPointer]] = []

    init(
        _ solution: Solution, _ program: SIMTProgram, _ buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) {
        (self.solution, self.program, self.buffers) = (solution, program, buffers)
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

    private func run(
        on buffers: [BufferName: UnsafeMutableRawBufferPointer], prepare: Bool
    ) throws(DeviceFailure) {
        // What an earlier launch was given counts as written.
        var touched: Set<BufferName> = []
        for launch in solution.launches where prepare || launch.phase == .run {
            try run(launch, on: buffers, written: touched)
            touched.formUnion(launch.arguments.compactMap(\.buffer))
        }
    }

    private func run(
        _ launch: Solution.Launch, on buffers: [BufferName: UnsafeMutableRawBufferPointer], written: Set<BufferName>
    ) throws(DeviceFailure) {
        let memory = GlobalMemory()
        var addresses: [BufferName: UInt64] = [:]
        // In one order, so that addresses and so reports repeat.
        for (name, bytes) in buffers.sorted(by: { $0.key.label < $1.key.label }) {
            addresses[name] = memory.map(
                bytes, name: name.label, isWritable: name.isWritable,
                isInitialized: name.isWrittenBefore || written.contains(name))
        }
        var options = SIMTOptions()
        options.sanitizers = .all
        let request = try self.launch(launch, addresses)
        let report: SIMTReport
        do { report = try program.run(request, memory: memory, options: options) } catch {
            throw .launchError("\(launch.kernel): \(error)")
        }
        if let fault = report.faults.first { throw .launchError("\(launch.kernel): \(fault)") }
    }

    private func launch(
        _ launch: Solution.Launch, _ addresses: [BufferName: UInt64]
    ) throws(DeviceFailure) -> SIMTLaunch {
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
        return SIMTLaunch(
            kernel: launch.kernel, grid: SIMTExtent(launch.grid), block: SIMTExtent(launch.block),
            dynamicSharedBytes: launch.sharedBytes, arguments: arguments)
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
