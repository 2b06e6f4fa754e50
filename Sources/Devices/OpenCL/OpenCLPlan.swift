import COpenCL
import KernelIR
import Rendering

/// A launch plan bound to kernels and buffers.
final class OpenCLPlan: LoadedSolution {
    private struct BoundLaunch {
        var kernel: CLHandle
        var launch: Solution.Launch
        var global: [Int]
    }

    private let context: CLHandle
    private let queue: CLHandle
    private let launches: [BoundLaunch]
    // Kernels do not own their buffer arguments.
    private var buffers: [BufferName: CLHandle] = [:]
    /// Whether inputs and parameters are handed over by value.
    private let copiesInputs: Bool
    private var attached: [[BufferName: CLHandle]] = []

    init(
        _ solution: Solution, program: OpenCLProgram, context: CLHandle, queue: CLHandle,
        memory: [BufferName: UnsafeMutableRawBufferPointer], copiesInputs: Bool = false
    ) throws(DeviceFailure) {
        self.context = context
        self.copiesInputs = copiesInputs
        self.queue = queue
        launches = try solution.launches.map { launch throws(DeviceFailure) in
            BoundLaunch(
                kernel: try program.kernel(launch.kernel), launch: launch,
                global: zip(launch.grid, launch.block).map { $0 * $1 })
        }
        try bind(memory)
    }

    func bind(_ memory: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) {
        buffers = try share(memory)
        try setArguments(buffers)
    }

    func run(count: Int, prepare: Bool) throws(DeviceFailure) {
        for _ in 0..<count { try enqueue(prepare) }
        try finish()
    }

    func attach(_ memory: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) {
        attached.append(try share(memory))
    }

    func runAttached(prepare: Bool) throws(DeviceFailure) {
        for others in attached {
            // A launch keeps the arguments it was enqueued with.
            try setArguments(buffers.merging(others) { $1 })
            try enqueue(prepare)
        }
        try setArguments(buffers)
        try finish()
    }

    func timeLaunches(prepare: Bool) throws(DeviceFailure) -> [Double] {
        let clock = ContinuousClock()
        return try launches.map { launch throws(DeviceFailure) in
            guard prepare || launch.launch.phase == .run else { return 0 }
            let start = clock.now
            try enqueue(launch)
            try finish()
            return (clock.now - start) / .seconds(1)
        }
    }

    private func enqueue(_ prepare: Bool) throws(DeviceFailure) {
        for launch in launches where prepare || launch.launch.phase == .run { try enqueue(launch) }
    }

    private func finish() throws(DeviceFailure) {
        do { try CLStatus.check(clFinish(queue.raw)) } catch { throw error.asFailure("the launches did not finish") }
    }

    private func setArguments(_ buffers: [BufferName: CLHandle]) throws(DeviceFailure) {
        for bound in launches { try Self.setArguments(of: bound.kernel, bound.launch, buffers) }
    }

    private func share(
        _ memory: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) -> [BufferName: CLHandle] {
        var buffers: [BufferName: CLHandle] = [:]
        for (name, region) in memory { buffers[name] = try Self.share(region, name, context, copiesInputs) }
        return buffers
    }

    private func enqueue(_ launch: BoundLaunch) throws(DeviceFailure) {
        let code = clEnqueueNDRangeKernel(
            queue.raw, launch.kernel.raw, cl_uint(launch.global.count), nil, launch.global, launch.launch.block, 0,
            nil, nil)
        do { try CLStatus.check(code) } catch { throw error.asFailure("a launch was refused") }
    }

    /// A buffer object over the caller's own memory, which CPU devices use in place.
    private static func share(
        _ region: UnsafeMutableRawBufferPointer, _ name: BufferName, _ context: CLHandle, _ copiesInputs: Bool
    ) throws(DeviceFailure) -> CLHandle {
        let access =
            switch name {
            case .input, .parameter: CL_MEM_READ_ONLY | (copiesInputs ? CL_MEM_COPY_HOST_PTR : CL_MEM_USE_HOST_PTR)
            case .output, .scratch: CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR
            }
        do {
            let raw = try CLStatus.make {
                clCreateBuffer(
                    context.raw, cl_mem_flags(access), max(region.count, 1), region.baseAddress, $0)
            }
            return CLHandle(raw) { clReleaseMemObject($0) }
        } catch { throw error.asFailure("no device buffer of \(region.count) bytes") }
    }

    private static func setArguments(
        of kernel: CLHandle, _ launch: Solution.Launch, _ buffers: [BufferName: CLHandle]
    ) throws(DeviceFailure) {
        var index: cl_uint = 0
        func set(_ size: Int, _ value: UnsafeRawPointer?) throws(DeviceFailure) {
            let code = clSetKernelArg(kernel.raw, index, size, value)
            guard code == CL_SUCCESS else {
                throw .invalidPlan("argument \(index) of \(launch.kernel) is refused (\(CLStatus(rawValue: code)))")
            }
            index += 1
        }
        for argument in launch.arguments {
            if let name = argument.buffer {
                guard let buffer = buffers[name] else {
                    throw .invalidPlan("\(launch.kernel) asks for the unknown \(name)")
                }
                var raw: OpaquePointer? = buffer.raw
                try set(MemoryLayout<cl_mem>.size, &raw)
            } else if case .scalar(let type, let value) = argument {
                guard let bytes = ScalarBytes.encode(value, as: type) else {
                    throw .invalidPlan("\(value) is no \(type.rawValue) (argument \(index) of \(launch.kernel))")
                }
                try set(bytes.count, bytes)
            }
        }
        if launch.sharedBytes > 0 { try set(launch.sharedBytes, nil) }
    }
}

extension Solution.Argument {
    /// The buffer this argument names, nil for a scalar.
    public var buffer: BufferName? {
        switch self {
        case .input(let name): .input(name)
        case .parameter(let name): .parameter(name)
        case .output(let name): .output(name)
        case .scratch(let name): .scratch(name)
        case .scalar: nil
        }
    }
}
