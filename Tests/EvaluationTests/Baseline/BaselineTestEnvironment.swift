import Evaluation
import Foundation

/// The Python environment of the machine that runs the tests.
enum BaselineTestEnvironment {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `KERNELWRIGHT_PYTHON`, else what `./kw setup` installs.
    static let python = PythonEnvironment(
        python: ProcessInfo.processInfo.environment["KERNELWRIGHT_PYTHON"].map(URL.init(fileURLWithPath:))
            ?? root.appendingPathComponent(".kernelwright/venv/bin/python"),
        bridge: root.appendingPathComponent("bridge"))

    /// `KERNELWRIGHT_PYTORCH`, else what `./kw setup pytorch` installs.
    static let pytorch = PythonEnvironment(
        python: ProcessInfo.processInfo.environment["KERNELWRIGHT_PYTORCH"].map(URL.init(fileURLWithPath:))
            ?? root.appendingPathComponent(".kernelwright/pytorch/bin/python"),
        bridge: root.appendingPathComponent("bridge"))

    static var hasPyTorch: Bool { (try? pytorch.check()) != nil }
    static var isInstalled: Bool { (try? python.check()) != nil }
    static let missing = "there is no Python environment: run ./kw setup, or set KERNELWRIGHT_PYTHON"
}
