import CUDAToolchain
import FoundationEssentials
import KernelIR
import SIMT

/// Opens devices by the ids that commands and workers take: `opencl:0`, `cuda:0`, `sim:a6000`.
public struct DeviceCatalog: Sendable {
    /// The folder of NVIDIA's compiler, which simulated devices need; nil where there is none.
    public var toolchain: String?

    /// - Parameter toolchain: the virtual environment that `./kw setup cuda` makes.
    public init(toolchain: String? = nil) { self.toolchain = toolchain }

    /// The device of an id.
    ///
    /// - Throws: `badInput` naming the devices that there are, `missingComponent` where a driver or compiler is missing.
    public func device(named id: String) throws(KernelwrightError) -> any Device {
        guard Self.takesCUDA(id) else { return try OpenCLDevice.named(id) }
        guard let toolchain else {
            throw KernelwrightError(
                .missingComponent, "\(id) needs NVIDIA's compiler", hint: CUDAInstallation.installation)
        }
        let installation = CUDAInstallation(environment: URL(filePath: toolchain))
        if let device = try SimulatedDevice.named(id, toolchain: installation) { return device }
        if let device = try CUDADevice.named(id, toolchain: installation) { return device }
        return try OpenCLDevice.named(id)
    }

    /// Whether the device of an id takes CUDA C++, so that none of its kernels' code runs on the host.
    public static func takesCUDA(_ id: String) -> Bool { isSimulated(id) || id.hasPrefix("cuda:") }

    /// Every device that can run something here: OpenCL's, then, where NVIDIA's compiler is installed, its GPUs and the
    /// simulated ones.
    ///
    /// - Throws: `missingComponent` without any OpenCL device, which every command but those of simulated ones needs.
    public func all() throws(KernelwrightError) -> [any Device] {
        var devices: [any Device] = try OpenCLDevice.all()
        guard let toolchain else { return devices }
        let installation = CUDAInstallation(environment: URL(filePath: toolchain))
        devices += (try? CUDADevice.all(toolchain: installation)) ?? []
        devices += GPUModel.all.compactMap { try? SimulatedDevice($0, toolchain: installation) }
        return devices
    }

    /// Whether the device of an id is a model: its kernels run in the emulator, and its times are predictions.
    public static func isSimulated(_ id: String) -> Bool { id.hasPrefix(SimulatedDevice.prefix) }
}
