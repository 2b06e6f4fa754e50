import COpenCL
import KernelIR
import Synchronization

/// Drivers initialize themselves at the first query and PoCL 3.1 crashes when two threads do it at once, so this guards
/// their state, which is one for the process.
private let initialization = Mutex(())

extension OpenCLDevice {
    /// Every device of every installed platform, as `opencl:0`, `opencl:1`, … ordered by platform name.
    ///
    /// - Throws: `missingComponent` when there is none.
    public static func all() throws(KernelwrightError) -> [OpenCLDevice] {
        try initialization.withLock { _ throws(KernelwrightError) in try discover() }
    }

    private static func discover() throws(KernelwrightError) -> [OpenCLDevice] {
        let found: [OpenCLDevice]
        do {
            let pairs = try platforms().flatMap { platform throws(CLStatus) in
                try devices(of: platform).map { (platform, $0) }
            }
            // A device whose driver is broken keeps its number and is left out.
            found = pairs.enumerated().compactMap { index, pair in
                try? OpenCLDevice(id: "opencl:\(index)", platform: pair.0, device: pair.1)
            }
        } catch {
            throw missing(cause: "\(error)")
        }
        guard !found.isEmpty else { throw missing(cause: nil) }
        return found
    }

    /// The device with the given id.
    ///
    /// - Throws: `badInput` naming the devices that are there; `missingComponent` when there is none.
    public static func named(_ id: String) throws(KernelwrightError) -> OpenCLDevice {
        let devices = try all()
        if let device = devices.first(where: { $0.id == id }) { return device }
        throw KernelwrightError(
            .badInput, "there is no device '\(id)'",
            hint: "devices here: \(devices.map(\.id).joined(separator: " "))")
    }

    private static func missing(cause: String?) -> KernelwrightError {
        KernelwrightError(
            .missingComponent, "no OpenCL device is installed", hint: "apt-get install pocl-opencl-icd", cause: cause)
    }

    private static func platforms() throws(CLStatus) -> [cl_platform_id] {
        var count: cl_uint = 0
        let code = clGetPlatformIDs(0, nil, &count)
        // The loader's own code for "none" (cl_khr_icd extension).
        if code == -1001 { return [] }
        try CLStatus.check(code)
        var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
        try CLStatus.check(clGetPlatformIDs(count, &platforms, nil))
        let named = try platforms.compactMap { $0 }.map { platform throws(CLStatus) in
            let name = try CLInfo.string {
                clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), $0, $1, $2)
            }
            return (name, platform)
        }
        return named.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private static func devices(of platform: cl_platform_id) throws(CLStatus) -> [cl_device_id] {
        var count: cl_uint = 0
        let code = clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), 0, nil, &count)
        if code == CL_DEVICE_NOT_FOUND { return [] }
        try CLStatus.check(code)
        var devices = [cl_device_id?](repeating: nil, count: Int(count))
        try CLStatus.check(clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), count, &devices, nil))
        return devices.compactMap { $0 }
    }
}
