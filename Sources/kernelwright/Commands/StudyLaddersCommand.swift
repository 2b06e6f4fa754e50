import ArgumentParser
import Devices
import Foundation
import KernelIR
import Studies

/// Checks and profiles published series of kernels on a model of a GPU.
struct StudyLaddersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ladders",
        abstract: "Are the steps of published series of kernels seen, checked and explained?",
        discussion: """
            Ladders are kernels for one task, each with one idea more than the one before: eleven products of matrices, seven
            sums, two softmaxes; written for this project from the published descriptions. Each is run in the emulator at a small
            extent with every sanitizer on, and every element is checked. Then blocks at the full extent are sampled for counters
            and for a predicted time. Published speeds were measured by their authors on their kernels: predictions are compared
            with them by rank alone. ./kw setup cuda installs the compiler.

            Examples:
              kw study ladders
              kw study ladders --only sgemm --device sim:h100 --json
              kw study ladders --extent 1024
            """)

    @Option(help: "The simulated device: sim:a100, sim:a6000, sim:h100 or sim:rtx4090.")
    var device = "sim:a6000"
    @Option(help: "Names of ladders with commas between: sgemm, reduction, softmax (default: all).")
    var only: String?
    @Option(
        help: """
            Rows and columns of all matrices, a multiple of 256; sums have as many elements as a matrix (default: as published, \
            4096 for products, 2048 for sums).
            """)
    var extent: Int?
    @Flag(help: "Print one JSON array.")
    var json = false

    func validate() throws {
        if let extent, !(256...8192).contains(extent) || !extent.isMultiple(of: 256) {
            throw ValidationError("--extent is \(extent); it must be a multiple of 256 up to 8192")
        }
    }

    func run() throws {
        let console = Console()
        let ladders = try ladders()
        let toolchain = Installation().cuda
        guard let simulated = try SimulatedDevice.named(device, toolchain: toolchain) else {
            throw KernelwrightError(.badInput, "\(device) is no simulated device", hint: "e.g. sim:a6000")
        }
        let study = try LadderStudy(on: simulated, toolchain: toolchain)
        var outcomes: [LadderOutcome] = []
        for ladder in ladders {
            outcomes.append(try study.run(ladder, extent: extent) { console.working($0.name) })
        }
        console.clear()
        if json {
            try console.json(outcomes)
        } else {
            outcomes.forEach { console.result(LadderText(outcome: $0).text) }
        }
        let wrong = outcomes.flatMap(\.rows).filter { $0.problem != nil }
        if !wrong.isEmpty {
            throw NoCorrectCandidate(message: "not right: \(wrong.map(\.kernel).joined(separator: ", "))")
        }
    }

    private func ladders() throws -> [any KernelLadder] {
        guard let only else { return KernelLadders.all }
        return try only.split(separator: ",").map { name in
            guard let ladder = KernelLadders.named(String(name)) else {
                throw KernelwrightError(
                    .badInput, "no ladder is called \(name)",
                    hint: KernelLadders.all.map(\.name).joined(separator: " "))
            }
            return ladder
        }
    }
}
