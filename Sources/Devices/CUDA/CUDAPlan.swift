import KernelIR
import Rendering

/// A launch plan bound to kernels on a GPU, to device memory, and to the host memory that this is a copy of.
///
/// Every run copies inputs and outputs to the device first, and outputs back at its end, so that the host sees what it
/// would see if the device worked in place: a judge draws inputs anew and spoils outputs between runs. Parameters and
/// scratch are copied where the run prepares; scratch never comes back. A caller's clock around a run shows the copies
/// too; `deviceSeconds` and `timeLaunches` leave them out.
public final class CUDAPlan: LoadedSolution {
    private struct Launch {
        var kernel: CUDAKernel
        var grid: [UInt32]
        var block: [UInt32]
        var sharedBytes: Int
        var isPreparation: Bool
    }

    /// One set of buffers and the arguments that every launch has on it.
    private struct Binding {
        var buffers: CUDABuffers
        var arguments: [CUDAArguments]
    }

    /// Seconds that the device took, by its own events, for all launches of the last `run` or `runAttached` together:
    /// from before the first one to after the last one, without copies.
    public private(set) var deviceSeconds: Double? = 0

    private let context: CUDAContext
    private let solution: Solution
    private let names: [BufferName]
    private let launches: [Launch]
    private let timer: CUDATimer
    private let stream: CUDAStream
    private var bound: Binding
    private var attached: [Binding] = []

    /// - Parameter kernels: one for each launch of the solution, checked against it.
    init(
        _ solution: Solution, _ kernels: [CUDAKernel], in context: CUDAContext,
        memory: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) {
        (self.context, self.solution) = (context, solution)
        names = Self.names(in: solution)
        launches = zip(solution.launches, kernels).map { launch, kernel in
            Launch(
                kernel: kernel, grid: CUDAPlan.three(launch.grid), block: CUDAPlan.three(launch.block),
                sharedBytes: launch.sharedBytes, isPreparation: launch.phase == .prepare)
        }
        (stream, timer) = try context.attempt("no stream can be made") {
            () throws(CUDAStatus) -> (CUDAStream, CUDATimer) in
            let stream = try CUDAStream(context)
            return (stream, try CUDATimer(context, stream))
        }
        let buffers = try CUDABuffers(names, of: memory, in: context)
        bound = Binding(buffers: buffers, arguments: try Self.arguments(of: solution, at: buffers.addresses))
    }

    public func bind(_ buffers: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) {
        try bound.buffers.rebind(buffers)
    }

    public func run(count: Int, prepare: Bool) throws(DeviceFailure) {
        deviceSeconds = try context.attempt("a launch failed") { () throws(CUDAStatus) -> Double in
            try bound.buffers.copyIn(prepare: prepare)
            let seconds = try timer.seconds { () throws(CUDAStatus) in
                for _ in 0..<count { try launch(bound, prepare) }
            }
            try bound.buffers.copyOut()
            return seconds
        }
    }

    public func attach(_ buffers: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) {
        let own = try CUDABuffers(names.filter { buffers[$0] != nil }, of: buffers, in: context)
        let addresses = bound.buffers.addresses.merging(own.addresses) { $1 }
        attached.append(Binding(buffers: own, arguments: try Self.arguments(of: solution, at: addresses)))
    }

    public func runAttached(prepare: Bool) throws(DeviceFailure) {
        deviceSeconds = try context.attempt("a launch failed") { () throws(CUDAStatus) -> Double in
            if prepare { try bound.buffers.copyIn(prepare: true) }
            for binding in attached { try binding.buffers.copyIn(prepare: prepare) }
            let seconds = try timer.seconds { () throws(CUDAStatus) in
                for binding in attached { try launch(binding, prepare) }
            }
            for binding in attached { try binding.buffers.copyOut() }
            return seconds
        }
    }

    /// Seconds of each launch by the device's own events, copies left out; those include some microseconds in which an
    /// idle device takes up the work.
    public func timeLaunches(prepare: Bool) throws(DeviceFailure) -> [Double] {
        try context.attempt("a launch failed") { () throws(CUDAStatus) -> [Double] in
            try bound.buffers.copyIn(prepare: prepare)
            var seconds: [Double] = []
            for (index, next) in launches.enumerated() {
                guard prepare || !next.isPreparation else {
                    seconds.append(0)
                    continue
                }
                seconds.append(
                    try timer.seconds { () throws(CUDAStatus) in try launch(next, bound.arguments[index]) })
            }
            try bound.buffers.copyOut()
            return seconds
        }
    }

    private func launch(_ binding: Binding, _ prepare: Bool) throws(CUDAStatus) {
        for (next, arguments) in zip(launches, binding.arguments) where prepare || !next.isPreparation {
            try launch(next, arguments)
        }
    }

    private func launch(_ next: Launch, _ arguments: CUDAArguments) throws(CUDAStatus) {
        try next.kernel.launch(
            grid: next.grid, block: next.block, sharedBytes: next.sharedBytes, arguments: arguments, on: stream)
    }

    /// The buffers that launches name, each once, in the order of their first mention.
    private static func names(in solution: Solution) -> [BufferName] {
        var known: Set<BufferName> = []
        return solution.launches.flatMap(\.arguments).compactMap(\.buffer).filter { known.insert($0).inserted }
    }

    /// Extents x, y, z; those that are missing are 1.
    private static func three(_ extents: [Int]) -> [UInt32] {
        (extents.map { UInt32(clamping: $0) } + [1, 1]).prefix(3).map { $0 }
    }

    private static func arguments(
        of solution: Solution, at addresses: [BufferName: UInt64]
    ) throws(DeviceFailure) -> [CUDAArguments] {
        try solution.launches.map { launch throws(DeviceFailure) in
            CUDAArguments(
                try launch.arguments.map { argument throws(DeviceFailure) in
                    try bytes(of: argument, at: addresses, in: launch)
                })
        }
    }

    private static func bytes(
        of argument: Solution.Argument, at addresses: [BufferName: UInt64], in launch: Solution.Launch
    ) throws(DeviceFailure) -> [UInt8] {
        if let name = argument.buffer {
            guard let address = addresses[name] else {
                throw .invalidPlan("\(launch.kernel) asks for the unknown \(name)")
            }
            return withUnsafeBytes(of: address) { Array($0) }
        }
        guard case .scalar(let type, let value) = argument, let bytes = ScalarBytes.encode(value, as: type) else {
            throw .invalidPlan("an argument of \(launch.kernel) is no number of its type")
        }
        return bytes
    }
}
