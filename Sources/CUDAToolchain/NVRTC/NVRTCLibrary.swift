import CNVRTC
import KernelIR

/// NVRTC, loaded; unloaded when the last reference goes.
///
/// Unchecked: NVRTC may be called by several threads as long as each works on a program of its own
/// (https://docs.nvidia.com/cuda/nvrtc/#thread-safety).
final class NVRTCLibrary: @unchecked Sendable {
    let raw: OpaquePointer

    /// - Throws: `missingComponent` where the file cannot be loaded or is another library.
    init(path: String, builtins: String) throws(KernelwrightError) {
        var message = [CChar](repeating: 0, count: 1024)
        guard let raw = cnvrtc_open(path, builtins, &message, message.count) else {
            let cause = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw KernelwrightError(
                .missingComponent, "\(path) cannot be loaded", hint: CUDAInstallation.installation, cause: cause)
        }
        self.raw = raw
    }

    deinit { cnvrtc_close(raw) }
}
