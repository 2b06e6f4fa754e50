import Foundation
import KernelIR
import Studies
import Workloads

/// Writes better distributions to the admission data in the source tree.
struct AdmissionUpdate {
    let installation: Installation
    let size: SizePreset

    /// Takes over the choices that show strictly more faults, of workloads that are admitted already.
    func apply(_ choices: [DistributionChoice], _ console: Console) throws(KernelwrightError) {
        let suite = Suite.kernelBench
        let file = installation.root.appendingPathComponent(
            "Sources/Workloads/Resources/\(suite.name)-admission.json")
        do {
            var table = try AdmissionTable(json: Data(contentsOf: file), place: file.path)
            for choice in choices where choice.isImprovement && choice.workload.hasPrefix(suite.name + "/") {
                guard case .admitted? = table[choice.workload, size] else { continue }
                table[choice.workload, size] = .admitted(choice.best)
                console.say("\(choice.workload): \(choice.best.map(\.rawValue).joined(separator: ", "))")
            }
            try Data(table.json.utf8).write(to: file, options: .atomic)
        } catch let error as KernelwrightError {
            throw error
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write \(file.path)", hint: "run from the source tree",
                cause: (error as NSError).localizedDescription)
        }
    }
}
