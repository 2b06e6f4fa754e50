import CUDAToolchain
import Foundation

/// The toolchain that `./kw setup cuda` installs, for the tests that need it.
enum Toolchain {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let installation = CUDAInstallation(
        environment: ProcessInfo.processInfo.environment["KERNELWRIGHT_CUDA"].map(URL.init(fileURLWithPath:))
            ?? root.appendingPathComponent(".kernelwright/cuda"))

    static var isInstalled: Bool { (try? installation.check()) != nil }
    static let missing = "the CUDA toolchain is not installed: run ./kw setup cuda, or set KERNELWRIGHT_CUDA"

    static func compiler() throws -> NVRTC { try NVRTC(installation) }

    static func disassembler() throws -> CUDADisassembler {
        try CUDADisassembler(installation, temporaryFolder: FileManager.default.temporaryDirectory)
    }

    /// The architectures that the project's simulated devices have.
    static let architectures: [CUDAArchitecture] = [75, 80, 86, 89, 90].map { .sm($0) }
}
