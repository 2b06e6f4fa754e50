import CCUDADriver
import CUDAToolchain
import KernelIR
import Rendering
import Synchronization

/// An NVIDIA GPU behind its driver: CUDA C++ compiled by NVRTC, launched and timed by the driver's functions.
///
/// Not yet run on hardware: tests run it on the emulator's library, which has the functions of a driver. Memory is the
/// device's own, see `CUDAPlan`. When a kernel fails, so does everything that this process asks of the GPU afterwards:
/// the failure is `deviceLost`.
public final class CUDADevice: Device {
    public let id: String
    public let name: String
    public let kind = DeviceKind.gpu
    public let driver: String
    public var compiler: String? { "NVRTC \(nvrtc.version)" }
    public let language = Solution.Target.Language.cuda
    /// Whether the driver is the emulator's library.
    ///
    /// Its events show how long the emulator took, which is neither a measurement of a GPU nor a prediction of one.
    public let isEmulated: Bool
    /// True of an emulated device, so that whoever keeps predicted and measured times apart keeps the emulator's out of
    /// both; a GPU's times come from its clock.
    public var isPredicted: Bool { isEmulated }
    public let profile: TargetProfile
    public let limits: DeviceLimits
    /// What sources are compiled for: the GPU's own generation, or the newest one that the compiler knows.
    public let architecture: CUDAArchitecture

    private let nvrtc: NVRTC
    private let library: CUDADriver
    private let ordinal: Int32
    private let description: CUDADescription
    private let retained = Mutex<CUDAContext?>(nil)

    /// - Throws: `missingComponent` where the driver does not describe the device or the compiler makes no code for it.
    init(_ library: CUDADriver, ordinal: Int, _ nvrtc: NVRTC) throws(KernelwrightError) {
        id = "cuda:\(ordinal)"
        (self.library, self.nvrtc, self.ordinal) = (library, nvrtc, Int32(ordinal))
        do throws(CUDAStatus) {
            description = try CUDADescription(library, Int32(ordinal))
        } catch {
            throw KernelwrightError(
                .missingComponent, "the driver does not describe cuda:\(ordinal)", hint: "check it with nvidia-smi",
                cause: "\(error)")
        }
        let own = CUDAArchitecture.sm(description.capability)
        guard let best = nvrtc.architectures.filter({ $0 <= own }).max() else {
            throw KernelwrightError(
                .missingComponent, "NVRTC \(nvrtc.version) makes no code for \(description.name) (\(own))",
                hint: "it makes code for \(nvrtc.architectures.map(\.description).joined(separator: " "))")
        }
        architecture = best
        (name, profile, limits) = (description.name, description.profile, description.limits)
        isEmulated = library.isEmulated
        driver = "\(isEmulated ? "emulated " : "")CUDA driver \(library.version)"
    }

    public func compile(_ solution: Solution) throws(DeviceFailure) -> Compilation {
        guard solution.target.language == .cuda else {
            throw .invalidPlan("\(id) takes CUDA C++, the solution is \(solution.target.language.rawValue)")
        }
        let options = try CUDACompilerOptions(of: solution)
        let files = solution.sources.map { CUDASource.File(name: $0.path, text: $0.content) }
        let (image, log) = try self.image(of: CUDASource(files: files), options: options)
        _ = try kernels(of: solution, in: CUDAModule(image, in: context()))
        return Compilation(binary: ProgramBinary(device: id, bytes: image.bytes), log: log)
    }

    /// - Returns: a `CUDAPlan`.
    public func load(
        _ solution: Solution, _ binary: ProgramBinary, buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) -> any LoadedSolution {
        guard let image = CUDAImage(bytes: binary.bytes) else {
            throw .compileError(log: "the binary is none of \(id)")
        }
        let context = try self.context()
        let kernels = try self.kernels(of: solution, in: CUDAModule(image, in: context))
        return try CUDAPlan(solution, kernels, in: context, memory: buffers)
    }

    /// Measures with kernels of our own, by the device's events.
    ///
    /// - Throws: `badInput` for an emulated device, which has no rates; `missingComponent` where a launch fails.
    public func measureCeilings() throws(KernelwrightError) -> Ceilings {
        guard !isEmulated else {
            throw KernelwrightError(
                .badInput, "\(name) has no ceilings: its times are the emulator's",
                hint: "sim:a6000 predicts those of a GPU")
        }
        do throws(DeviceFailure) {
            return try CUDACeilingMeasurement(device: self).measure()
        } catch {
            throw KernelwrightError(
                .missingComponent, "the ceilings of \(id) cannot be measured", hint: "check the driver with nvidia-smi",
                cause: "\(error)")
        }
    }

    /// Waits until this process alone may use the device, as measurements need.
    ///
    /// - Parameters:
    ///   - folder: where the locks of all processes are; the file is named for the device's place in the machine.
    ///   - waits: false throws where another process has the device.
    /// - Throws: `badInput` where the folder cannot be written, or the device is in use.
    public func lock(in folder: String, waits: Bool = true) throws(KernelwrightError) -> DeviceLock {
        try DeviceLock("cuda-\(description.bus)", in: folder, waits: waits)
    }

    /// Compiles for this device.
    func image(
        of source: CUDASource, options: CUDACompilerOptions = CUDACompilerOptions()
    ) throws(DeviceFailure) -> (image: CUDAImage, log: String) {
        let made: CUDACompilation
        do throws(KernelwrightError) {
            made = try nvrtc.compile(source, for: architecture, options: options)
        } catch {
            throw .compileError(log: error.message)
        }
        guard let code = made.code else {
            let errors = made.errors.map(\.description).joined(separator: "\n")
            throw .compileError(log: made.log.isEmpty ? errors : made.log)
        }
        return (CUDAImage(code), made.log)
    }

    /// The context, retained from the first use on: it takes memory of the device.
    func context() throws(DeviceFailure) -> CUDAContext {
        try retained.withLock { retained throws(DeviceFailure) -> CUDAContext in
            if let retained { return retained }
            do throws(CUDAStatus) {
                let made = try CUDAContext(library, device: ordinal)
                retained = made
                return made
            } catch {
                let text = "\(id) cannot be used (\(error))"
                throw error.code == CCUDA_OUT_OF_MEMORY ? .outOfMemory(text) : .launchError(text)
            }
        }
    }

    /// The kernel of each launch, checked against it, with as much dynamic shared memory as any of its launches wants.
    private func kernels(of solution: Solution, in module: CUDAModule) throws(DeviceFailure) -> [CUDAKernel] {
        var most: [String: Int] = [:]
        var kernels: [CUDAKernel] = []
        for (index, launch) in solution.launches.enumerated() {
            let kernel = try module.kernel(launch.kernel)
            if let problem = kernel.firstProblem(in: launch, limits: limits, maxGrid: description.maxGrid) {
                throw .invalidPlan("launch \(index) (\(launch.kernel)): \(problem)")
            }
            most[launch.kernel] = max(most[launch.kernel] ?? 0, launch.sharedBytes)
            kernels.append(kernel)
        }
        for kernel in kernels {
            guard let bytes = most[kernel.name], bytes > 0 else { continue }
            let refusal = "\(kernel.name) cannot have \(bytes) bytes of shared memory"
            try module.context.attempt(refusal) { () throws(CUDAStatus) in try kernel.allowDynamicShared(bytes) }
        }
        return kernels
    }
}
