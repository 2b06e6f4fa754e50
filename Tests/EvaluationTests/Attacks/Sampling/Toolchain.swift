import CUDAToolchain
import Foundation

/// The toolchain that `./kw setup cuda` installs, for the tests that need it.
enum Toolchain {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let installation = CUDAInstallation(
        environment: ProcessInfo.processInfo.environment["KERNELWRIGHT_CUDA"].map(URL.init(fileURLWithPath:))
            ?? root.appendingPathComponent(".kernelwright/cuda"))

    static var isInstalled: Bool { (try? installation.check()) != nil }
    static let missing = "the CUDA toolchain is not installed: run ./kw setup cuda, or set KERNELWRIGHT_CUDA"
}
