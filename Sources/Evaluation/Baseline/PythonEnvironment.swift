import Foundation
import KernelIR

/// Where the Python side is installed.
public struct PythonEnvironment: Sendable, Hashable {
    /// The interpreter of the private virtual environment.
    public var python: URL
    /// The folder `bridge` of the package.
    public var bridge: URL

    public init(python: URL, bridge: URL) { (self.python, self.bridge) = (python, bridge) }

    /// Checks that both are there; throws `missingComponent` whose hint is the command that installs them.
    public func check() throws(KernelwrightError) {
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw KernelwrightError(
                .missingComponent, "there is no Python environment at \(python.path)", hint: "./kw setup")
        }
        let worker = bridge.appendingPathComponent("kernelwright_bridge/worker.py")
        guard FileManager.default.isReadableFile(atPath: worker.path) else {
            throw KernelwrightError(
                .missingComponent, "there is no baseline worker at \(worker.path)",
                hint: "run from the folder that holds Package.swift")
        }
    }
}
