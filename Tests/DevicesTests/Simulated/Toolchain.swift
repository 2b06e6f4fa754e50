import CUDAToolchain
import Foundation

/// The toolchain that `./kw setup cuda` installs.
enum Toolchain {
    static let installation = CUDAInstallation(
        environment: ProcessInfo.processInfo.environment["KERNELWRIGHT_CUDA"].map(URL.init(fileURLWithPath:))
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".kernelwright/cuda"))

    static var isInstalled: Bool { (try? installation.check()) != nil }
    static let missing = "the CUDA toolchain is not installed: run ./kw setup cuda"
}
