import Devices
import Evaluation
import Foundation
import KernelIR
import Operators
import Workers
import Workloads

/// A workload on a device with everything that judging it needs.
struct Laboratory {
    let workload: Workload
    let program: TensorProgram
    let device: OpenCLDevice
    let ceilings: Ceilings
    let options: JudgingOptions
    let installation: Installation

    /// Opens the device, lowers the workload and looks up the device's ceilings.
    init(
        _ workload: Workload, options: JudgingOptions, installation: Installation, console: Console
    ) throws(KernelwrightError) {
        self.workload = workload
        self.options = options
        self.installation = installation
        program = try lower(workload)
        device = try OpenCLDevice.named(options.device)
        console.working("measuring what \(device.id) can do (once a machine)")
        ceilings = try CeilingStore(directory: installation.state.path).ceilings(of: device)
    }

    /// What every verdict says about where it comes from.
    var provenance: Provenance {
        Provenance(
            device: "\(device.id) \(device.name)", driver: device.driver, hostCPU: Self.processor,
            versions: ["kernelwright": Version.current], commit: installation.commit,
            sandboxed: !options.unsandboxed)
    }

    /// Draws the inputs, asks the oracle and starts the baseline.
    func openSession(seed: Seed, console: Console) async throws -> JudgingSession {
        var configuration = WorkerConfiguration(
            device: device.id, executable: WorkerConfiguration.executableBesideThis())
        if options.unsandboxed { configuration.confinement = .unsandboxed }
        let host = try WorkerHost(limits: device.limits, configuration: configuration)
        try await host.warmUp()
        console.working("drawing inputs and computing the expected outputs")
        let setting = JudgingSession.Setting(
            workload: workload, host: host, inputs: ReferenceInputs(workload, seed: seed), provenance: provenance,
            target: device.profile, ceilings: ceilings, frozenParameters: options.frozenParameters,
            demandsDeterminism: options.deterministic)
        let session = try await JudgingSession(setting, baselines: baselines())
        if let fault = await session.baselineFault { console.say(fault) }
        if let weakness = session.weakness { console.say("note: \(weakness)") }
        return session
    }

    private func baselines() -> [BaselineSource] {
        guard let runtime = options.baseline.runtime else { return [] }
        let worker = BaselineWorker(runtime, threads: device.profile.cores, in: installation.environment(of: runtime))
        return [worker.source(of: workload)]
    }

    /// The processor's own name.
    private static var processor: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }
}
