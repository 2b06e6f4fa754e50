import CUDAToolchain
import Devices
import Evaluation
import Foundation
import KernelIR
import Operators
import Rendering
import Workers
import Workloads

/// A workload on a device with everything that judging it needs.
struct Laboratory {
    let workload: Workload
    let program: TensorProgram
    let station: Station

    /// - Parameter program: the lowered workload.
    init(_ workload: Workload, program: TensorProgram, at station: Station) {
        (self.workload, self.program, self.station) = (workload, program, station)
    }

    /// Lowers the workload, opens the device and looks up its ceilings.
    init(
        _ workload: Workload, options: JudgingOptions, installation: Installation, console: Console
    ) throws(KernelwrightError) {
        let program = try lower(workload)
        let station = try Station(options: options, installation: installation, console: console)
        self.init(workload, program: program, at: station)
    }

    var device: any Device { station.device }
    var ceilings: Ceilings { station.ceilings }
    var provenance: Provenance { station.provenance }

    /// Draws the inputs, asks the oracle and starts the main baseline.
    ///
    /// - Parameter timingSeed: decides the inputs of timed rounds; nil for `seed`.
    func openSession(seed: Seed, timingSeed: Seed? = nil, console: Console) async throws -> JudgingSession {
        let options = station.options
        var configuration = station.installation.workers(of: device)
        if options.unsandboxed { configuration.confinement = .unsandboxed }
        let host = try WorkerHost(limits: device.limits, language: device.language, configuration: configuration)
        try await host.warmUp()
        console.working("drawing inputs and computing the expected outputs")
        // Candidates without a sandbox could read what is kept.
        let cache = station.installation.expectedOutputs
        let inputs = ReferenceInputs(
            workload, seed: seed, precision: options.precision.type,
            cache: configuration.hides(cache.folder.path) ? cache : nil)
        var setting = JudgingSession.Setting(
            workload: workload, host: host, inputs: inputs, provenance: provenance,
            target: device.profile, ceilings: ceilings, frozenParameters: options.frozenParameters,
            demandsDeterminism: options.deterministic, caches: options.cache, timingSeed: timingSeed)
        if device.isPredicted {
            setting.isPredicted = true
            setting.basis = .unscheduled(program, of: workload, on: device)
            setting.limits = .emulated
            console.working("predicting the time of the unscheduled program")
        }
        if options.secondOpinion == .oclgrind {
            setting.examiner = try Oclgrind(limits: device.limits, executable: configuration.executable)
        }
        let session = try await JudgingSession(setting, baselines: station.baselines(for: workload))
        if let fault = await session.baselineFault { console.say(fault) }
        if let weakness = session.weakness { console.say("note: \(weakness)") }
        return session
    }
}

extension Installation {
    /// How the workers of a device are confined and what they find.
    func workers(of device: any Device) -> WorkerConfiguration {
        var configuration = WorkerConfiguration(
            device: device.id, executable: WorkerConfiguration.executableBesideThis())
        guard device.language == .cuda else { return configuration }
        configuration.toolchain = cuda.environment.path
        if !device.isPredicted { configuration.deviceFiles = Self.nvidiaFiles }
        return configuration
    }

    /// What NVIDIA's driver opens (its README, "Device files").
    private static let nvidiaFiles =
        ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools"] + (0..<16).map { "/dev/nvidia\($0)" }
}

extension Limits {
    /// For kernels that run in the emulator, a thousand times slower than on the device.
    static let emulated = Limits(
        compile: .seconds(60), start: .seconds(30), firstRun: .seconds(300), run: .seconds(300))
}
