import CCUDADriver
import KernelIR

/// The CUDA driver, loaded with `dlopen`: nothing of CUDA is needed to build this.
///
/// Unchecked: the driver's functions may be called by several threads at once, and nothing else is here.
final class CUDADriver: @unchecked Sendable {
    /// The release of CUDA whose functions a driver has, e.g. 13.0.
    struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
        var major: Int
        var minor: Int

        var description: String { "\(major).\(minor)" }

        static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor) < (right.major, right.minor)
        }
    }

    /// The name under which NVIDIA's driver installs itself.
    static let systemLibrary = "libcuda.so.1"
    /// The first release that tells a kernel's parameters, against which launch plans are checked.
    static let oldest = Version(major: 12, minor: 4)

    let raw: OpaquePointer
    let version: Version
    /// Whether the library is Kernelwright's emulator, which says so by a function that no driver has.
    let isEmulated: Bool
    /// GPUs that the driver has found.
    let deviceCount: Int

    /// Loads a driver and has it look for GPUs.
    ///
    /// - Parameter library: a name that the linker looks for, or a path.
    /// - Throws: `missingComponent` where there is no driver, an old one, or no GPU.
    init(library: String) throws(KernelwrightError) {
        var message = [CChar](repeating: 0, count: 1024)
        guard let raw = ccuda_open(library, &message, message.count) else {
            throw Self.missing("the CUDA driver \(library) cannot be loaded", cause: String(zeroTerminated: message))
        }
        do throws(KernelwrightError) {
            version = try Self.version(raw, library)
            deviceCount = try Self.find(raw, library)
        } catch {
            ccuda_close(raw)
            throw error
        }
        isEmulated = ccuda_is_emulated(raw) != 0
        self.raw = raw
    }

    deinit { ccuda_close(raw) }

    /// Throws what the driver answered, unless it is success.
    func check(_ code: Int32) throws(CUDAStatus) {
        guard code == CCUDA_SUCCESS else { throw status(code) }
    }

    /// A result in the driver's words.
    func status(_ code: Int32) -> CUDAStatus { Self.status(raw, code) }

    private static func status(_ raw: OpaquePointer, _ code: Int32) -> CUDAStatus {
        let name: UnsafePointer<CChar>? = ccuda_error_name(raw, code)
        let text: UnsafePointer<CChar>? = ccuda_error_text(raw, code)
        return CUDAStatus(
            code: code, name: name.map { String(cString: $0) } ?? "CUDA error \(code)",
            text: text.map { String(cString: $0) } ?? "")
    }

    private static func version(_ raw: OpaquePointer, _ library: String) throws(KernelwrightError) -> Version {
        var number: Int32 = 0
        let code = ccuda_version(raw, &number)
        guard code == CCUDA_SUCCESS else {
            throw missing("\(library) does not tell its version", cause: "\(status(raw, code))")
        }
        let version = Version(major: Int(number) / 1000, minor: Int(number) % 1000 / 10)
        guard version >= oldest else {
            throw missing("\(library) is for CUDA \(version), which is older than \(oldest)", cause: nil)
        }
        return version
    }

    private static func find(_ raw: OpaquePointer, _ library: String) throws(KernelwrightError) -> Int {
        var count: Int32 = 0
        var code = ccuda_initialize(raw)
        if code == CCUDA_SUCCESS { code = ccuda_device_count(raw, &count) }
        guard code == CCUDA_SUCCESS, count > 0 else {
            let cause = code == CCUDA_SUCCESS ? nil : "\(status(raw, code))"
            throw missing("\(library) finds no GPU", cause: cause)
        }
        return Int(count)
    }

    private static func missing(_ what: String, cause: String?) -> KernelwrightError {
        KernelwrightError(
            .missingComponent, what,
            hint: "cuda:N needs a GPU with NVIDIA's driver for CUDA \(oldest) or later; sim:a6000 needs neither",
            cause: cause)
    }
}

extension String {
    /// What C wrote, up to the closing zero.
    init(zeroTerminated characters: [CChar]) {
        self.init(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
