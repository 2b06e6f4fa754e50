import Foundation
import KernelIR
import Reference
import Testing
import Workloads

/// What is exported and read back computes the same.
@Suite("ONNX round trip")
struct RoundTripTests {
    /// Beyond this the reference takes long in a debug build; `KERNELWRIGHT_ROUND_TRIP_FLOPS` raises it.
    private static let largest =
        ProcessInfo.processInfo.environment["KERNELWRIGHT_ROUND_TRIP_FLOPS"].flatMap(Int.init) ?? 500_000

    @Test("Exported workloads read back have the same outputs; small ones compute the same", arguments: 1...3)
    func suite(level: Int) throws {
        var read = 0
        for workload in try Suite.kernelBench.workloads(level: level, size: .tiny) {
            guard let model = try? OnnxModel(exporting: workload) else { continue }
            let imported = try OnnxImport(data: model.bytes, name: workload.name).workload
            #expect(imported.outputTypes == workload.outputTypes, "\(workload.name)")
            if workload.flops <= Self.largest { try compare(imported, with: workload) }
            read += 1
        }
        #expect(read > 20)
    }

    private func compare(_ imported: Workload, with workload: Workload) throws {
        let arguments = workload.arguments(inputs: .normal, seed: Seed(1))
        let expected = try ReferenceExecutor<Double>(workload).run(arguments)
        // Constants of the workload come back as parameters with values.
        let stored = imported.arguments(seed: Seed(1)).filter { arguments[$0.key] == nil }
        let outputs = try ReferenceExecutor<Double>(imported).run(arguments.merging(stored) { given, _ in given })
        for (output, expected) in zip(outputs, expected) {
            // Attributes of ONNX are single precision.
            let error = PlainError(of: output, expected: expected)
            #expect(error.normwise < 1e-6, "\(workload.name): \(error)")
        }
    }
}
