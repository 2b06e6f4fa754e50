import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("KernelBench suite") struct SuiteTests {
    @Test("All 250 workloads load and validate", arguments: SizePreset.allCases)
    func loads(size: SizePreset) throws {
        let counts = try Suite.kernelBench.levels.map { try Suite.kernelBench.workloads(level: $0, size: size).count }
        #expect(counts == [100, 100, 50])
    }

    @Test("Ids, names and levels are listed in order", arguments: SizePreset.allCases)
    func lists(size: SizePreset) throws {
        let entries = try Suite.kernelBench.entries(size: size)
        #expect(entries.count == 250)
        #expect(entries[22] == .init(id: "kernelbench/1/23", level: 1, number: 23, name: "23_Softmax"))
        #expect(entries.map(\.number) == Array(1...100) + Array(1...100) + Array(1...50))
    }

    @Test("An id gives the traced graph")
    func softmax() throws {
        let workload = try Suite.workload(id: "kernelbench/1/23", size: .tiny)
        #expect(workload.inputs == [TensorSpec(name: "x", dtype: .float32, shape: [1, 98304])])
        #expect(workload.nodes.map(\.op) == ["aten.softmax.int"])
        #expect(workload.nodes[0].arguments == [.value("x"), .int(1)])
        #expect(workload.outputs == ["softmax"])
        #expect(workload.minimumBytes == 2 * 98304 * 4)
        #expect(workload.flops == 0)
    }

    @Test("Batch-norm statistics without values are fresh ones")
    func batchNormStatistics() throws {
        let workload = try Suite.workload(id: "kernelbench/1/33", size: .gpu)
        let first = Dictionary(uniqueKeysWithValues: workload.constants.map { ($0.name, $0.values.first) })
        #expect(first["b_bn_running_mean"] == 0)
        #expect(first["b_bn_running_var"] == 1)
        #expect(first["b_bn_num_batches_tracked"] == 0)
    }

    @Test("Scalars that were arguments stay on record")
    func scalar() throws {
        let workload = try Suite.workload(id: "kernelbench/1/5", size: .tiny)
        #expect(workload.scalars == [.init(name: "s", value: 3.14)])
        #expect(workload.nodes[0].arguments.contains(.double(3.14)))
    }

    /// All but sums over several factors, which PyTorch multiplies in pairs.
    @Test("Computed flops agree with the traced numbers", arguments: 1...3)
    func flops(level: Int) throws {
        for var workload in try Suite.kernelBench.workloads(level: level, size: .cpu) {
            guard let declared = workload.declaredFlops, !workload.name.contains("Mamba2") else { continue }
            workload.declaredFlops = nil
            #expect(workload.flops == declared, "\(workload.name)")
        }
    }

    @Test("LSTMs count, which traces leave out: 512 steps of 10 sequences through 6 layers")
    func recurrentFlops() throws {
        let workload = try Suite.kernelBench.workload(level: 3, number: 36, size: .cpu)
        let weights = 4 * 256 * (128 + 256) + 5 * 4 * 256 * (256 + 256)
        #expect(workload.flops == 2 * 512 * 10 * weights)
    }

    @Test("Unknown ids name the legal range", arguments: ["kernelbench/1/101", "kernelbench/4/1", "kernelbench/x/1"])
    func unknown(id: String) {
        #expect { try Suite.workload(id: id, size: .cpu) } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .badInput && error.hint?.isEmpty == false
        }
    }
}
