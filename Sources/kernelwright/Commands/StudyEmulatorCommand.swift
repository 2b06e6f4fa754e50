import ArgumentParser
import Foundation
import KernelIR
import Studies

/// Measures the emulator's own speed.
struct StudyEmulatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emulator",
        abstract: "How many instructions a second does the GPU emulator run?",
        discussion: """
            Compiles two products of matrices with NVIDIA's compiler and runs them in the emulator on one core: one thread an
            element, and tiles in shared memory; plain, with counters, and with every sanitizer. The product is checked. These are
            measurements of this machine, not of a GPU. ./kw setup cuda installs the compiler.

            Examples:
              kw study emulator
              kw study emulator --extent 256 --json
            """)

    @Option(help: "Rows and columns of the matrices; a multiple of 16.")
    var extent = 384
    @Flag(help: "Print one JSON array.")
    var json = false

    func validate() throws {
        guard extent > 0, extent <= 4096, extent.isMultiple(of: 16) else {
            throw ValidationError("--extent is \(extent); it must be a multiple of 16 up to 4096")
        }
    }

    func run() throws {
        let console = Console()
        let start = ContinuousClock.now
        let rows = try EmulatorStudy(extent: extent, time: { ContinuousClock.now - start }).run(Installation().cuda)
        if json { return try console.json(rows) }
        console.result(
            "kernel   mode        million thread instructions a second   ns a warp instruction")
        for row in rows {
            let text = [
                row.kernel.padding(toLength: 9, withPad: " ", startingAt: 0),
                row.mode.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0),
                String(format: "%37.0f", row.threadInstructionsPerSecond / 1e6),
                String(format: "%24.1f", row.nanosecondsPerWarpInstruction),
            ]
            console.result(text.joined())
        }
    }
}
