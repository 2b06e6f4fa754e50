import Testing

@testable import SIMT

/// The timing model against the published speeds of the sgemm ladder.
///
/// Fitted to this very table: only, by the choice between two published ways of counting, that a 16-byte broadcast
/// costs two passes through the banks (kernels 3 and 4). Not fitted to it: the FP32 efficiency, rates, latencies and
/// round trip of `GPUModel.a6000`, which were measured on the A40, and the constants of the model. Nothing is set per
/// kernel. The shape of the model, pipes plus one exposed wait per tile, was chosen with this table at hand, so this
/// shows that one set of constants explains ten kernels more than how well others are predicted; `StreamTests` has
/// points of another kind.
@Suite("Sgemm ladder") struct SgemmLadderTests {
    private struct Result {
        var kernel: SgemmLadder.Kernel
        var prediction: TimingPrediction
        var gflops: Double { SgemmLadder.flops / prediction.predictedSeconds / 1e9 }
        var error: Double { gflops / kernel.publishedGflops - 1 }
    }

    private func results() throws -> [Result] {
        let model = TimingModel(gpu: .a6000)
        return try SgemmLadder.kernels.map { Result(kernel: $0, prediction: try model.predict($0.profile)) }
    }

    @Test("every kernel within 30 % of its published speed, the ten within 10 % on average")
    func errors() throws {
        let results = try results()
        for result in results {
            #expect(abs(result.error) < 0.3, "kernel \(result.kernel.number): \(result.gflops) GFLOP/s")
        }
        let mean = results.reduce(0) { $0 + abs($1.error) } / Double(results.count)
        #expect(mean < 0.1)
    }

    @Test("the large steps of the ladder come out in order")
    func order() throws {
        let speeds = try results().map(\.gflops)
        for (slower, faster) in [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (7, 9), (8, 9), (9, 10)] {
            #expect(speeds[slower - 1] < speeds[faster - 1], "\(slower) < \(faster)")
        }
        // The steps that made the ladder famous: coalescing 6.4, 1D tiles 2.8, 2D tiles 1.9.
        #expect(speeds[1] / speeds[0] > 4 && speeds[3] / speeds[2] > 1.8 && speeds[4] / speeds[3] > 1.6)
    }

    @Test("the bottleneck is the one each step of the ladder removes, with its counter")
    func bottlenecks() throws {
        let results = try results()
        let bindings = results.map(\.prediction.binding)
        #expect(
            bindings == [
                .l1, .l1, .sharedMemory, .sharedMemory, .single, .single, .single, .sharedMemory, .single, .single,
            ])
        for result in results {
            #expect(!result.prediction.evidence.isEmpty)
            #expect(result.prediction.limits.allSatisfy { (0...1).contains($0.fraction) })
        }
        let naive = results[0].prediction.evidence.first { $0.name == "sectorsPerRequest" }
        let coalesced = results[1].prediction.evidence.first { $0.name == "sectorsPerRequest" }
        #expect(naive?.value == 16.5 && coalesced?.value == 2.5)
    }

    @Test("the padding of kernel 8 costs conflicts instead of saving them; kernel 7 has none in B")
    func conflicts() {
        let counts = SgemmLadder.kernels.map(\.profile.perWarp)
        let conflicts = counts.map { $0.sharedWavefronts - $0.idealSharedWavefronts }
        #expect(conflicts[6] < conflicts[5] && conflicts[7] > conflicts[5])
        #expect(conflicts[2] == 0)
    }

    @Test("occupancy is what NVIDIA's rules give")
    func occupancy() throws {
        #expect(try results().map(\.prediction.occupancy.activeWarps) == [32, 32, 32, 32, 16, 16, 16, 16, 16, 12])
    }
}
