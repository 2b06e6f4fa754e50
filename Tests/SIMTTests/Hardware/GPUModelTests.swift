import Testing

@testable import SIMT

@Suite("GPU models") struct GPUModelTests {
    @Test("every name leads to its table, with and without the device prefix")
    func names() {
        #expect(GPUModel.all.map(\.name) == ["a100", "a6000", "h100", "rtx4090"])
        for gpu in GPUModel.all {
            #expect(GPUModel.named(gpu.name) == gpu)
            #expect(GPUModel.named("sim:\(gpu.name)") == gpu)
        }
        #expect(GPUModel.named("v100") == nil)
        #expect(GPUModel.a6000.capability.architecture == "sm_86")
        #expect(ComputeCapability(8, 9) < ComputeCapability(9, 0))
    }

    @Test("peaks agree with the data sheets")
    func peaks() {
        let sheets: [(GPUModel, single: Double, half: Double)] = [
            (.a100, 19.5e12, 312e12), (.a6000, 38.7e12, 155e12), (.h100, 66.9e12, 989e12), (.rtx4090, 82.6e12, 165e12),
        ]
        for (gpu, single, half) in sheets {
            #expect(abs(gpu.nominalSingleFlopsPerSecond / single - 1) < 0.01, "\(gpu.name)")
            #expect(abs(gpu.tensorFlopsPerSecond(.halfIntoSingle) / half - 1) < 0.01, "\(gpu.name)")
            #expect(gpu.sustainedSingleFlopsPerSecond < gpu.nominalSingleFlopsPerSecond)
        }
    }

    @Test("tables are consistent in themselves")
    func consistency() {
        for gpu in GPUModel.all {
            #expect(gpu.residency.carveOutBytes == gpu.residency.carveOutBytes.sorted())
            #expect(gpu.residency.sharedBytes < gpu.residency.unifiedBytes)
            let memory = gpu.memory
            #expect(memory.sharedLatencyCycles < memory.l1LatencyCycles)
            #expect(memory.l1LatencyCycles < memory.l2LatencyCycles)
            #expect(memory.l2LatencyCycles < memory.dramLatencySeconds * gpu.clockHertz)
            #expect(memory.dramBytesPerSecond < memory.l2BytesPerSecond)
            // A block that loads once takes its start, its load and a few dozen cycles of instructions.
            let rest = gpu.loadRoundTripSeconds - gpu.blockStartSeconds - memory.dramLatencySeconds
            #expect((20...100).contains(rest * gpu.clockHertz), "\(gpu.name): \(rest * gpu.clockHertz)")
        }
    }

    @Test("a tally counts absent cases as 0 and compares by value")
    func tally() {
        var tally: Tally<TensorFormat> = [.fp8: 2, .tf32: 1, .fp8: 3]
        #expect(tally[.fp8] == 5 && tally[.int8] == 0 && tally.total == 6)
        tally[.tf32] = 0
        #expect(tally == [.fp8: 5])
        tally += [.int8: 1]
        #expect((tally * 2)[.int8] == 2 && tally.sum { $0 == .int8 } == 1)
    }
}
