import Devices
import Evaluation
import Foundation
import KernelIR
import Library
import Refinement
import Workloads

/// A device with everything that judging on it needs, whatever the workload.
struct Station {
    let device: any Device
    let ceilings: Ceilings
    let options: JudgingOptions
    let installation: Installation
    /// What computes the baselines, the main one first; each process serves one workload after the other.
    private let workers: [BaselineWorker]
    /// Keeps other processes off a GPU for as long as the station lives; nil on devices that are not taken.
    private let lock: DeviceLock?

    /// Opens the device, looks up its ceilings, and checks that the baselines are installed. A GPU that another process
    /// measures on is waited for.
    ///
    /// - Throws: also `badInput` for baselines of a device whose times are predicted: they would be measured.
    init(options: JudgingOptions, installation: Installation, console: Console) throws(KernelwrightError) {
        self.options = options
        self.installation = installation
        let runtimes = options.runtimes(in: installation)
        for runtime in runtimes { try installation.environment(of: runtime).check() }
        let device = try installation.devices.device(named: options.device)
        if device.isPredicted, let asked = options.baseline, !asked.runtimes.isEmpty {
            throw KernelwrightError(
                .badInput,
                "times on \(device.id) are predicted; they are never compared with the measured ones of \(asked)",
                hint: "leave --baseline out: ratios are taken to the predicted time of the unscheduled program")
        }
        workers = runtimes.map {
            BaselineWorker(
                $0, threads: device.profile.cores, frozenParameters: options.frozenParameters,
                in: installation.environment(of: $0))
        }
        self.device = device
        lock = try Self.lock(device, installation, console)
        ceilings = try Self.ceilings(of: device, installation, console)
    }

    /// Waits until no other process measures on the GPU; other devices are shared.
    private static func lock(
        _ device: any Device, _ installation: Installation, _ console: Console
    ) throws(KernelwrightError) -> DeviceLock? {
        guard let gpu = device as? CUDADevice else { return nil }
        let folder = installation.state.appendingPathComponent("locks").path
        if let lock = try? gpu.lock(in: folder, waits: false) { return lock }
        console.say("waiting for \(gpu.id), which another process uses")
        return try gpu.lock(in: folder)
    }

    private static func ceilings(
        of device: any Device, _ installation: Installation, _ console: Console
    ) throws(KernelwrightError) -> Ceilings {
        // A model's own figures cost nothing and change with the model.
        if device.isPredicted { return try device.measureCeilings() }
        console.working("measuring what \(device.id) can do (once a machine)")
        return try CeilingStore(directory: installation.state.path).ceilings(of: device)
    }

    /// What authors are shown of the device.
    var target: RecordedTarget {
        RecordedTarget(
            language: device.language, profile: device.profile, ceilings: ceilings, isPredicted: device.isPredicted)
    }

    /// What every verdict says about where it comes from.
    var provenance: Provenance {
        Provenance(
            device: "\(device.id) \(device.name)", driver: device.driver, compiler: device.compiler,
            hostCPU: Self.processor,
            versions: ["kernelwright": Version.current], commit: installation.commit,
            sandboxed: !options.unsandboxed, precision: options.precision.type)
    }

    /// What a record must answer to stand for a run here.
    func question(_ workload: Workload) -> Question { options.question(workload, in: installation) }

    /// The names of what candidates are compared with, the main baseline first.
    var baselines: [BaselineRuntime] { workers.map(\.runtime) }

    /// The same with commas between; nil for none.
    var baselineNames: String? { baselines.isEmpty ? nil : BaselineList(baselines).description }

    /// The baselines for one workload, started when a session needs them.
    func baselines(for workload: Workload) -> [BaselineSource] { workers.map { $0.source(of: workload) } }

    /// The processor's own name.
    private static var processor: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }
}
