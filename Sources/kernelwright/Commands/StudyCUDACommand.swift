import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Refinement
import Studies
import Workers
import Workloads

/// Judges CUDA kernels of the GPU macros in the emulator.
struct StudyCUDACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cuda",
        abstract: "For which workloads are the CUDA kernels right, without a GPU?",
        discussion: """
            Writes CUDA C++ for levels 1 and 2 with the GPU macros, compiles it with NVIDIA's compiler, and judges it in the
            emulator: every element against the oracle, with bounds, races, barriers and uninitialized reads checked. Nothing is
            timed. ./kw setup cuda installs the compiler.

            The folder gets cuda.jsonl, one line a workload; an interrupted study goes on from it.

            Examples:
              kw study cuda
              kw study cuda --device sim:h100 --only kernelbench/1/1,kernelbench/1/23
            """)

    @Option(help: "The simulated device: sim:a100, sim:a6000, sim:h100 or sim:rtx4090.")
    var device = "sim:a6000"
    @Option(help: "Ids of workloads with commas between (default: all of levels 1 and 2).")
    var only: String?
    @Option(help: "The size at which the workloads were traced: tiny, cpu or gpu.")
    var size = SizePreset.tiny
    @Option(help: "Decides all inputs.")
    var seed: UInt64 = 1
    @Option(help: "The output folder (default: kernelwright-out/study-cuda-DEVICE-SIZE).")
    var out: String?
    @Option(help: "Also judge the same schedules in OpenCL C on this device, e.g. opencl:0.")
    var opencl: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    /// What decides every outcome.
    struct Settings: Codable, Hashable, Sendable {
        var device: String
        var size: String
        var seed: UInt64
        /// The OpenCL device, where one takes part.
        var opencl: String?
    }

    func run() async throws {
        let console = Console()
        let installation = Installation()
        guard let simulated = try SimulatedDevice.named(device, toolchain: installation.cuda) else {
            throw KernelwrightError(.badInput, "\(device) is no simulated device", hint: "e.g. sim:a6000")
        }
        let ids = only?.split(separator: ",").map(String.init)
        let workloads = try StudyWorkload.all(size: size, only: ids)
        let name = "study-cuda-\(simulated.id.dropFirst(4))-\(size.rawValue)"
        let folder = try RunFolder(named: out ?? "kernelwright-out/\(name)", workload: "study")
        let file = try StudyRecord<Settings, CUDAOutcome>(
            path: folder.url.appendingPathComponent("cuda.jsonl").path,
            Settings(device: device, size: size.rawValue, seed: seed, opencl: opencl))
        let known = Set(await file.outcomes.map(\.workload))
        let study = CUDAStudy(
            on: simulated,
            provenance: Provenance(
                device: "\(simulated.id) \(simulated.name)", driver: simulated.driver, hostCPU: "any",
                versions: ["kernelwright": Version.current], commit: installation.commit, sandboxed: false),
            openCL: try opencl.map { (id: String) throws(KernelwrightError) in try Self.host(id, installation) })
        for workload in workloads where !known.contains(workload.id) {
            console.working("\(workload.id)")
            let outcome = try await study.run(workload, seed: Seed(seed).derived(for: workload.id))
            try await file.append(outcome)
            console.say(outcome.line)
        }
        let outcomes = await file.outcomes
        if json { return try console.json(outcomes) }
        let right = outcomes.filter { $0.status == .correct }
        console.result("\(right.count) of \(outcomes.count) workloads are right on \(device), with no finding")
        let others = outcomes.filter { $0.openCL != nil }
        if let opencl {
            console.result(
                "\(others.count) of them were written in OpenCL C, too; \(others.count { $0.agrees }) agree on \(opencl)"
            )
        }
        for outcome in outcomes where outcome.status != .correct || !outcome.agrees { console.result(outcome.line) }
    }

    private static func host(
        _ id: String, _ installation: Installation
    ) throws(KernelwrightError) -> any CandidateHost {
        let device = try installation.devices.device(named: id)
        return try WorkerHost(
            limits: device.limits, language: device.language, configuration: installation.workers(of: device))
    }
}
