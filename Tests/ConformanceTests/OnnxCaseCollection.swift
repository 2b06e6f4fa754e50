import Foundation
import KernelIR

/// Collects ONNX's node tests with the Python package onnx.
enum OnnxCaseCollection {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let environment = ProcessInfo.processInfo.environment

    /// `KERNELWRIGHT_PYTHON`, else what `./kw setup` installs.
    private static let python =
        environment["KERNELWRIGHT_PYTHON"].map(URL.init(fileURLWithPath:))
        ?? root.appendingPathComponent(".kernelwright/venv/bin/python")

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: python.path) }
    static let missing = "there is no Python environment: run ./kw setup, or set KERNELWRIGHT_PYTHON"

    /// All cases, made by scripts/make-onnx-cases.py.
    static func cases() throws -> [OnnxCase] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("onnx-cases-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = python
        process.arguments = [root.appendingPathComponent("scripts/make-onnx-cases.py").path, file.path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw KernelwrightError(.missingComponent, "scripts/make-onnx-cases.py failed", hint: "run ./kw setup")
        }
        let decoder = JSONDecoder()
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(OnnxCase.self, from: $0)
        }
    }
}
