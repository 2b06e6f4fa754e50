import KernelIR
import Reference
import Testing
import Workloads

/// What is exported and read back computes the same.
@Suite("ONNX round trip")
struct RoundTripTests {
    @Test("Exported workloads read back give equal outputs", arguments: 1...3)
    func suite(level: Int) throws {
        var compared = 0
        for workload in try Suite.kernelBench.workloads(level: level, size: .tiny) {
            // The reference runs in a debug build here.
            guard workload.flops < 4_000_000, let model = try? OnnxModel(exporting: workload) else { continue }
            let imported = try OnnxImport(data: model.bytes, name: workload.name).workload
            #expect(imported.outputTypes == workload.outputTypes, "\(workload.name)")
            let arguments = workload.arguments(inputs: .normal, seed: Seed(1))
            let expected = try ReferenceExecutor<Double>(workload).run(arguments)
            // Constants of the workload come back as parameters with values.
            let stored = imported.arguments(seed: Seed(1)).filter { arguments[$0.key] == nil }
            let outputs = try ReferenceExecutor<Double>(imported).run(arguments.merging(stored) { given, _ in given })
            for (output, expected) in zip(outputs, expected) {
                let error = PlainError(of: output, expected: expected)
                // Attributes of ONNX are single precision.
                #expect(error.normwise < 1e-6, "\(workload.name): \(error)")
            }
            compared += 1
        }
        #expect(compared > 10)
    }
}
