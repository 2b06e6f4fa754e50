import Foundation
import KernelIR
import Testing

@testable import Workloads

/// Malformed and absurd models, in this process: anything but a workload or one clear line fails the run.
@Suite("Malformed ONNX")
struct OnnxFuzzTests {
    /// Files in each test: half of `KERNELWRIGHT_FUZZ_FILES`, of 10,000 unless given.
    private static let files =
        (ProcessInfo.processInfo.environment["KERNELWRIGHT_FUZZ_FILES"].flatMap(Int.init) ?? 10_000) / 2

    /// Imports; false for an error.
    private func imports(_ bytes: Data, seed: Int) -> Bool {
        do {
            try OnnxImport(data: bytes, name: "fuzzed").workload.validate()
            return true
        } catch {
            #expect(error.code == .badInput, "seed \(seed): \(error)")
            #expect(error.message.contains("fuzzed"), "seed \(seed): \(error)")
            return false
        }
    }

    @Test("Random nodes give a workload or one error that names the model")
    func randomModels() throws {
        var imported = 0
        for seed in 0..<Self.files {
            var model = RandomModel(seed: UInt64(seed))
            if imports(try model.bytes(), seed: seed) { imported += 1 }
        }
        // Some must get through, or nothing behind the first check is tested.
        #expect(imported > Self.files / 50)
    }

    @Test("Changed models give a workload or one error that names the model")
    func changedModels() throws {
        let bases = try [1, 19, 23, 33, 35, 36, 40, 42, 47, 54, 89].map { number in
            let workload = try Workloads.Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
            return try OnnxModel(exporting: workload).bytes
        }
        var imported = 0
        for seed in 0..<Self.files {
            var model = MutatedModel(seed: UInt64(seed))
            if imports(model.mutate(bases[seed % bases.count]), seed: seed) { imported += 1 }
        }
        #expect(imported > Self.files / 50)
    }
}
