import COpenCL
import KernelIR
import Rendering

/// One device of any installed OpenCL platform.
public final class OpenCLDevice: Device {
    public let id: String
    public let name: String
    /// What the driver's platform calls itself.
    public let platformName: String
    public let kind: DeviceKind
    public let driver: String
    /// The language that the driver compiles, and the compiler behind it where the platform tells: `OpenCL C 1.2 PoCL, LLVM 15.0.6`.
    public let compiler: String?
    public let language = Solution.Target.Language.opencl
    public let isPredicted = false
    public let profile: TargetProfile
    public let limits: DeviceLimits

    private let device: CLDeviceID
    let context: CLHandle
    let queue: CLHandle

    init(id: String, platform: cl_platform_id, device: cl_device_id) throws(CLStatus) {
        self.id = id
        self.device = CLDeviceID(raw: device)
        name = try device.text(CL_DEVICE_NAME)
        platformName = try CLInfo.string {
            clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), $0, $1, $2)
        }
        driver = "\(platformName) \(try device.text(CL_DRIVER_VERSION))"
        compiler = Self.compiler(
            language: try device.text(CL_DEVICE_OPENCL_C_VERSION),
            platform: try CLInfo.string {
                clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_VERSION), $0, $1, $2)
            })
        kind = Self.kind(try device.info(CL_DEVICE_TYPE, cl_device_type(0)))
        limits = try Self.limits(device)
        profile = try Self.profile(device, kind: kind, limits: limits)
        var target: cl_device_id? = device
        context = CLHandle(try CLStatus.make { clCreateContext(nil, 1, &target, nil, nil, $0) }) {
            clReleaseContext($0)
        }
        let context = context.raw
        queue = CLHandle(try CLStatus.make { clCreateCommandQueue(context, device, 0, $0) }) {
            clReleaseCommandQueue($0)
        }
    }

    public func compile(_ solution: Solution) throws(DeviceFailure) -> Compilation {
        try compile(solution, rehearsing: false)
    }

    /// Compiles; with `rehearsing`, also makes every launch once on memory of its own.
    ///
    /// Drivers that finish compiling at the first launch (PoCL) then have everything in the binary. Rehearse only in a
    /// process where launches do nothing (`launchesAreInert`).
    public func compile(_ solution: Solution, rehearsing: Bool) throws(DeviceFailure) -> Compilation {
        let program = try OpenCLProgram(
            sources: solution.sources, options: solution.options, context: context, device: device.raw)
        for (index, launch) in solution.launches.enumerated() {
            try check(launch, index, program)
        }
        if rehearsing { try rehearse(solution, program) }
        return Compilation(binary: ProgramBinary(device: id, bytes: try program.binary()), log: program.log)
    }

    public func load(
        _ solution: Solution, _ binary: ProgramBinary, buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) -> any LoadedSolution {
        let program = try OpenCLProgram(
            binary: binary.bytes, options: solution.options, context: context, device: device.raw)
        return try OpenCLPlan(
            solution, program: program, context: context, queue: queue, memory: buffers, copiesInputs: isInterpreter)
    }

    /// Whether kernels are interpreted; such a device must be handed its inputs to know that they hold something.
    private var isInterpreter: Bool { platformName == "Oclgrind" }

    public func measureCeilings() throws(KernelwrightError) -> Ceilings {
        try CeilingMeasurement(device: self).measure()
    }

    /// Whether launches in this process leave memory untouched, found out with a kernel of our own.
    public func launchesAreInert() throws(DeviceFailure) -> Bool {
        let solution = Solution(
            name: "probe", workload: "", target: .init(language: .opencl, profile: profile.name),
            sources: [.init(path: "probe.cl", content: "__kernel void probe(__global int *out) { *out = 1; }")],
            launches: [.init(kernel: "probe", grid: [1], block: [1], arguments: [.output("out")])], author: "probe")
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let program = try OpenCLProgram(
            sources: solution.sources, options: [], context: context, device: device.raw)
        try OpenCLPlan(
            solution, program: program, context: context, queue: queue, memory: [.output("out"): memory]
        ).run(count: 1, prepare: true)
        return memory.loadUnaligned(as: Int32.self) == 0
    }

    private func check(
        _ launch: Solution.Launch, _ index: Int, _ program: OpenCLProgram
    ) throws(DeviceFailure) {
        let kernel = try program.kernel(launch.kernel)
        let problem: String?
        do {
            problem = try KernelSignature(kernel, device: device.raw).firstProblem(in: launch)
        } catch {
            throw .compileError(log: "the driver does not describe kernel '\(launch.kernel)' (\(error))")
        }
        if let problem { throw .invalidPlan("launch \(index) (\(launch.kernel)): \(problem)") }
    }

    private func rehearse(_ solution: Solution, _ program: OpenCLProgram) throws(DeviceFailure) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
        defer { memory.deallocate() }
        let names = solution.launches.flatMap(\.arguments).compactMap(\.buffer)
        let buffers = Dictionary(names.map { ($0, memory) }) { first, _ in first }
        try OpenCLPlan(solution, program: program, context: context, queue: queue, memory: buffers)
            .run(count: 1, prepare: true)
    }
}

/// A device's handle, which the platform owns for the life of the process.
private struct CLDeviceID: @unchecked Sendable {
    let raw: cl_device_id
}
