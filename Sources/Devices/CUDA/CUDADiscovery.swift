import CUDAToolchain
import KernelIR

extension CUDADevice {
    /// Every GPU that a driver finds, as `cuda:0`, `cuda:1`, … in the driver's order.
    ///
    /// - Parameters:
    ///   - toolchain: has the compiler.
    ///   - library: the driver, by a name that the linker looks for or by path.
    /// - Throws: `missingComponent` without a driver, a GPU, the compiler, or a GPU that it makes code for.
    public static func all(
        toolchain: CUDAInstallation, library: String? = nil
    ) throws(KernelwrightError) -> [CUDADevice] {
        let driver = try CUDADriver(library: library ?? CUDADriver.systemLibrary)
        let compiler = try NVRTC(toolchain)
        var devices: [CUDADevice] = []
        var firstProblem: KernelwrightError?
        for ordinal in 0..<driver.deviceCount {
            do throws(KernelwrightError) {
                devices.append(try CUDADevice(driver, ordinal: ordinal, compiler))
            } catch {
                // A GPU that cannot be used keeps its number and is left out.
                firstProblem = firstProblem ?? error
            }
        }
        if devices.isEmpty, let firstProblem { throw firstProblem }
        return devices
    }

    /// The device of an id such as `cuda:0`; nil where the id is of another kind.
    ///
    /// - Throws: `badInput` naming the devices that are there; `missingComponent` as for all.
    public static func named(
        _ id: String, toolchain: CUDAInstallation, library: String? = nil
    ) throws(KernelwrightError) -> CUDADevice? {
        guard id.hasPrefix("cuda:") else { return nil }
        let driver = try CUDADriver(library: library ?? CUDADriver.systemLibrary)
        guard let ordinal = Int(id.dropFirst("cuda:".count)), (0..<driver.deviceCount).contains(ordinal) else {
            throw KernelwrightError(
                .badInput, "there is no device '\(id)'",
                hint: "devices here: \((0..<driver.deviceCount).map { "cuda:\($0)" }.joined(separator: " "))")
        }
        return try CUDADevice(driver, ordinal: ordinal, try NVRTC(toolchain))
    }
}
