import Testing

@testable import SIMT

/// The timing model against gpu-benches' gpu-stream, which reads one fp64 value per thread with two blocks on each SM,
/// for growing blocks: a table of latency-bound points up to the memory's rate.
///
/// The round trip in each GPU's table was taken from the first row (32 threads a block); rows beyond it are predicted.
@Suite("Streaming at low occupancy") struct StreamTests {
    /// A launch that reads 2²⁷ values; 6 KiB of shared memory and a small carve-out keep two blocks on an SM.
    private func profile(threads: Int) -> KernelProfile {
        let values = 1 << 27
        var counts = WarpCounts(
            instructions: [.globalLoad: 1, .integer: 8, .double: 1, .move: 2, .control: 2], laneInstructions: 14 * 32)
        counts.add(global: .unitStride(bytesPerLane: 8), on: .a6000)
        return KernelProfile(
            name: "read", blocks: values / threads,
            resources: KernelResources(
                threadsPerBlock: threads, registersPerThread: 16, staticSharedBytes: 6144,
                preferredCarveOutBytes: 16 << 10),
            regions: [KernelRegion(name: "body", perWarp: counts)],
            traffic: MemoryTraffic(l2Bytes: Double(8 * values), dramReadBytes: Double(8 * values)), source: .ptx)
    }

    /// Predicted bytes per second and SM, in units of 10⁹.
    private func rate(_ gpu: GPUModel, threads: Int) throws -> Double {
        let prediction = try TimingModel(gpu: gpu).predict(profile(threads: threads))
        #expect(prediction.occupancy.blocksPerSM == 2)
        return Double(8 << 27) / prediction.predictedSeconds / Double(gpu.sms) / 1e9
    }

    /// Measured GB/s of the whole GPU by threads of a block, with the number of its SMs; below its memory's rate.
    private static let measured: [(gpu: GPUModel, sms: Double, rates: [Int: Double])] = [
        (.a6000, 84, [32: 82, 64: 160, 128: 304, 256: 552]),  // A40; 512 threads and more are at its memory's rate
        (.a100, 108, [32: 81, 64: 158, 128: 304, 256: 579, 512: 1042]),  // A100 40 GB
        (.rtx4090, 142, [32: 163, 64: 320, 128: 615]),  // L40
        (.h100, 132, [32: 123, 64: 244, 128: 485, 256: 935, 512: 1707]),  // H200
    ]

    @Test("rates of few warps follow concurrency over latency")
    func lowOccupancy() throws {
        for (gpu, sms, rates) in Self.measured {
            for (threads, rate) in rates.sorted(by: { $0.key < $1.key }) {
                let error = try self.rate(gpu, threads: threads) / (rate / sms) - 1
                // The measured curve bends towards the memory's rate; the model goes straight and then stops.
                let tolerance = threads <= 128 ? 0.12 : 0.3
                #expect(abs(error) < tolerance, "\(gpu.name), \(threads) threads: \(error)")
            }
        }
    }

    @Test("the bottleneck goes from latency to memory as blocks grow")
    func bottlenecks() throws {
        let model = TimingModel(gpu: .a6000)
        let few = try model.predict(profile(threads: 32))
        #expect(few.binding == .latency)
        #expect(few.evidence.contains { $0.name == "activeWarpsPerSM" && $0.value == 2 })
        let many = try model.predict(profile(threads: 768))
        #expect(many.binding == .dram)
    }
}
