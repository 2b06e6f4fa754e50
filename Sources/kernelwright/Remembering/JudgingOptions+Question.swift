import Crypto
import Devices
import Evaluation
import Foundation
import Library
import Workloads

extension JudgingOptions {
    /// The baselines that are asked for, the main one first; what is installed where none is, and nothing beside predicted
    /// times.
    func runtimes(in installation: Installation) -> [BaselineRuntime] {
        if DeviceCatalog.isSimulated(device) { return [] }
        return baseline?.runtimes ?? [installation.usualBaseline]
    }

    /// What a record must answer to stand for a run with these options here. Opens no device and starts no process.
    func question(_ workload: Workload, in installation: Installation) -> Question {
        let runtimes = runtimes(in: installation)
        return Question(
            workload: applied(to: workload), device: device, machine: installation.machine(device, with: runtimes),
            baselines: runtimes.map(\.rawValue), precision: precision.rawValue, caches: cache,
            deterministic: deterministic, frozenParameters: frozenParameters, sandboxed: !unsandboxed)
    }
}

extension Installation {
    /// The machine, what the device rests on, and the versions of the installed baselines, by the lists they were installed from.
    fileprivate func machine(_ device: String, with runtimes: [BaselineRuntime]) -> String {
        let lists = Set(runtimes.map { environment(of: $0).folder.appendingPathComponent("requirements.txt") })
        let versions = lists.sorted { $0.path < $1.path }.map { list in
            let hash = SHA256.hash(data: (try? Data(contentsOf: list)) ?? Data())
            return hash.prefix(6).map { String(format: "%02x", $0) }.joined()
        }
        let identity = MachineIdentity.read(device: device, toolchain: cuda)
        return (["\(identity)"] + versions.map { "requirements \($0)" }).joined(separator: "; ")
    }
}
