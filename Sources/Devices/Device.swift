import KernelIR
import Rendering

/// Something that compiles and runs solutions: an OpenCL device, a GPU, or a model of one.
public protocol Device: Sendable {
    /// How commands name it, e.g. `opencl:0`.
    var id: String { get }
    /// What the driver calls it.
    var name: String { get }
    var kind: DeviceKind { get }
    /// The driver and its version, for provenance.
    var driver: String { get }
    /// The compiler behind the driver, where it is known.
    var compiler: String? { get }
    /// What solutions are written in.
    var language: Solution.Target.Language { get }
    /// Whether times come from a model instead of a clock.
    var isPredicted: Bool { get }
    /// What schedules and dialects need to know of it.
    var profile: TargetProfile { get }
    var limits: DeviceLimits { get }

    /// Compiles the sources and checks the launch plan against the kernels; launches nothing.
    func compile(_ solution: Solution) throws(DeviceFailure) -> Compilation

    /// Makes a compiled solution ready to launch on memory that the caller owns and keeps alive.
    ///
    /// `buffers` holds one region for every buffer that the plan names; the device works in place where it shares
    /// memory with the host.
    func load(
        _ solution: Solution, _ binary: ProgramBinary, buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) -> any LoadedSolution

    /// Measures copy, read, arithmetic and launch rates; takes seconds.
    func measureCeilings() throws(KernelwrightError) -> Ceilings
}

/// What sort of processor a device is.
public enum DeviceKind: String, Sendable, Hashable, Codable {
    case cpu, gpu, accelerator
}

/// Bounds of what a launch may ask for.
public struct DeviceLimits: Sendable, Hashable, Codable {
    /// Work-items of one group along each axis.
    public var maxBlock: [Int]
    /// Work-items of one group.
    public var maxGroupSize: Int
    /// Bytes of local memory of one group.
    public var localBytes: Int
    /// Bytes of the largest buffer.
    public var maxBufferBytes: Int
    /// Bytes of device memory.
    public var globalBytes: Int
}

/// A buffer as launch plans name it; parameters and inputs may share no name with scratch.
public enum BufferName: Sendable, Hashable {
    case input(String), parameter(String), output(String), scratch(String)
}

/// The outcome of a successful compilation.
public struct Compilation: Sendable {
    public var binary: ProgramBinary
    /// Warnings and remarks of the compiler.
    public var log: String
}

/// A solution bound to memory, ready to launch; used by one thread at a time.
public protocol LoadedSolution: AnyObject {
    /// Points the plan at other memory of the same sizes.
    func bind(_ buffers: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure)

    /// Runs the plan `count` times, without phase `prepare` if told so, and waits until the device is idle.
    func run(count: Int, prepare: Bool) throws(DeviceFailure)

    /// Remembers other memory for some of the bound buffers.
    func attach(_ buffers: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure)

    /// Runs the plan once with each attached memory in place of the bound one, in order, and waits until the device is idle.
    func runAttached(prepare: Bool) throws(DeviceFailure)

    /// Runs the plan once, waiting after every launch, and returns the seconds of each in the plan's order; 0 for those
    /// left out.
    func timeLaunches(prepare: Bool) throws(DeviceFailure) -> [Double]

    /// Predicts how long one run of the plan takes; nil where the device measures instead.
    ///
    /// Parts of the launches run on the bound memory, which may change what outputs and scratch hold: ask after the
    /// results were taken, and after one run, so that scratch holds what later launches read.
    ///
    /// - Parameter prepare: whether phase `prepare` counts, as it does in every call unless parameters are frozen.
    func predict(prepare: Bool) throws(DeviceFailure) -> PlanPrediction?

    /// The fraction of the plan's work-groups that the last run executed: less than 1 where an emulator sampled them.
    var coverage: Double { get }

    /// What those work-groups left in each output that is not empty; nothing where all were executed.
    var outputSamples: [OutputSample] { get }

    /// Seconds of the launches of the last run by the device's own clock, where memory is copied around them; nil where a run
    /// is nothing but its launches.
    var deviceSeconds: Double? { get }
}

extension LoadedSolution {
    public func predict(prepare: Bool) throws(DeviceFailure) -> PlanPrediction? { nil }

    /// All of them.
    public var coverage: Double { 1 }

    public var outputSamples: [OutputSample] { [] }

    public var deviceSeconds: Double? { nil }
}

/// How a device refuses a solution.
public enum DeviceFailure: Error, Sendable, Hashable {
    case compileError(log: String)
    case invalidPlan(String)
    case launchError(String)
    case outOfMemory(String)
    /// An emulator saw the kernel do something wrong.
    case fault(DeviceFault)
    /// The device answers this process no more, whatever is asked of it: the caller must go on in a new process.
    case deviceLost(String)
}
