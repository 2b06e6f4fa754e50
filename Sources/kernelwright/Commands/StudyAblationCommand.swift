import ArgumentParser
import Devices
import Foundation
import KernelIR
import Studies

/// Takes the features of a product's schedule away one by one on a model of a GPU.
struct StudyAblationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ablation",
        abstract: "What is each feature of a product's schedule predicted to be worth?",
        discussion: """
            A product of float16 matrices is scheduled by the GPU macros with tensor cores, operands staged in swizzled rows of
            shared memory, copies in turn, and groups along a Hilbert curve; then with each of these taken away. Every variant
            is run in the emulator at a small extent with every sanitizer on, and every element is checked. Then a time is
            predicted at the full extent, and the counter named that moved most. ./kw setup cuda installs the compiler.

            Examples:
              kw study ablation
              kw study ablation --device sim:h100 --extent 2048 --json
            """)

    @Option(help: "The simulated device: sim:a100, sim:a6000, sim:h100 or sim:rtx4090.")
    var device = "sim:a6000"
    @Option(help: "Rows and columns of the matrices of predictions.")
    var extent = 4096
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if !(256...8192).contains(extent) {
            throw ValidationError("--extent is \(extent); it must be from 256 to 8192")
        }
    }

    func run() throws {
        let console = Console()
        guard let simulated = try SimulatedDevice.named(device, toolchain: Installation().cuda) else {
            throw KernelwrightError(.badInput, "\(device) is no simulated device", hint: "e.g. sim:a6000")
        }
        let outcome = AblationStudy(on: simulated).run(extent: extent) { console.working($0.rawValue) }
        console.clear()
        if json {
            try console.json(outcome)
        } else {
            console.result(AblationText(outcome: outcome).text)
        }
        let wrong = outcome.rows.filter { $0.problem != nil }
        if !wrong.isEmpty {
            throw NoCorrectCandidate(message: "not right: \(wrong.map(\.variant.rawValue).joined(separator: ", "))")
        }
    }
}
