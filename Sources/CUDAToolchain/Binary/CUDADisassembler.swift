import Foundation
import KernelIR

/// NVIDIA's binary tools on cubins in memory.
///
/// Each run has a private folder that is removed, no shell, a deadline and a limit on what it prints. Calls block the
/// calling thread. Source: https://docs.nvidia.com/cuda/cuda-binary-utilities/.
public struct CUDADisassembler: Sendable {
    private let nvdisasm: URL
    private let cuobjdump: URL
    /// Where the private folders are made.
    public var temporaryFolder: URL
    /// For each run of a program.
    public var deadline = Duration.seconds(60)
    /// Bytes that a program may print; a listing has about 160 for each instruction.
    public var maximumBytes = 256 << 20

    /// - Throws: `missingComponent`, with the command that installs what is missing.
    public init(_ installation: CUDAInstallation, temporaryFolder: URL) throws(KernelwrightError) {
        nvdisasm = try installation.path(of: .nvdisasm)
        cuobjdump = try installation.path(of: .cuobjdump)
        self.temporaryFolder = temporaryFolder
    }

    /// Takes a cubin apart.
    ///
    /// - Parameters:
    ///   - report: of the compilation that made the cubin, if it is at hand; only there are spills.
    ///   - source: of that compilation; it gives files their names.
    /// - Throws: `badInput` where it is no cubin or is too large for the limits.
    public func examine(
        _ cubin: [UInt8], report: AssemblerReport = AssemblerReport(), source: CUDASource? = nil
    ) throws(KernelwrightError) -> CUDABinary {
        let (text, usageText) = try TemporaryFolder.with(in: temporaryFolder) {
            (folder) throws(KernelwrightError) -> (String, String) in
            let file = folder.appendingPathComponent("kernel.cubin")
            try TemporaryFolder.write(cubin, to: file)
            return (
                try run(nvdisasm, ["-c", "-gi", "-hex", file.path], folder),
                try run(cuobjdump, ["-res-usage", file.path], folder)
            )
        }
        var listing = SASSListing(text)
        guard let target = listing.target else {
            throw KernelwrightError(.badInput, "the cubin holds no machine code")
        }
        if let source { listing = listing.renamingFiles(source.shortened) }
        let architecture = try CUDAArchitecture(target)
        let usage = ResourceUsage(usageText, reservedSharedBytes: architecture.number >= 90 ? 1024 : 0)
        let kernels = usage.kernels.map { report[$0.name] ?? $0 }
        return CUDABinary(architecture: architecture, kernels: kernels, listing: listing)
    }

    private func run(_ program: URL, _ arguments: [String], _ folder: URL) throws(KernelwrightError) -> String {
        // cuobjdump starts nvdisasm, which it looks for on the path.
        let environment = [
            "PATH": nvdisasm.deletingLastPathComponent().path, "TMPDIR": folder.path, "HOME": folder.path,
            "LC_ALL": "C",
        ]
        let output = try ToolProcess(
            program: program, arguments: arguments, environment: environment, deadline: deadline,
            maximumBytes: maximumBytes
        ).run()
        guard output.exitCode == 0 else {
            let words = output.errors.split(whereSeparator: \.isNewline).first.map(String.init)
            throw KernelwrightError(
                .badInput, "\(program.lastPathComponent) cannot read the cubin",
                cause: words ?? output.exitCode.map { "exit code \($0)" } ?? "ended by a signal")
        }
        return output.text
    }
}
