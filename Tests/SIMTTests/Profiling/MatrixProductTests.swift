import Foundation
import Testing

@testable import SIMT

/// Matrix products that NVIDIA's compiler made PTX of: naive, and with tiles in shared memory.
@Suite("Profiles of matrix products") struct MatrixProductTests {
    private static let extent = 128

    private func profile(_ kernel: String, grid: SIMTExtent, block: SIMTExtent) throws -> KernelProfile {
        let url = try #require(Bundle.module.url(forResource: "Resources/sgemm-86", withExtension: "ptx"))
        let program = SIMTProgram(try PTXModule(parsing: try String(contentsOf: url, encoding: .utf8)))
        let memory = GlobalMemory()
        let n = Int32(Self.extent)
        let matrices = ["a", "b", "c"].map { memory.allocate(byteCount: 4 * Self.extent * Self.extent, name: $0) }
        let pointers = matrices.map(SIMTArgument.pointer)
        let arguments: [SIMTArgument] =
            kernel == "sgemmShared"
            ? [.int32(n)] + pointers
            : [.int32(n), .int32(n), .int32(n), .float(1), pointers[0], pointers[1], .float(0), pointers[2]]
        return try KernelProfiler(
            gpu: .a6000, options: Profiling.options(blocks: 4, threadInstructions: 1 << 20)
        ).profile(
            program, SIMTLaunch(kernel: kernel, grid: grid, block: block, arguments: arguments), memory: memory,
            resources: KernelResources(
                threadsPerBlock: 0, registersPerThread: 40, staticSharedBytes: kernel == "sgemmShared" ? 2048 : 0))
    }

    @Test("tiles in shared memory are predicted faster than lanes that walk down columns")
    func order() throws {
        let side = Self.extent / 16
        let tiled = try profile("sgemmShared", grid: SIMTExtent(side, side), block: SIMTExtent(16, 16))
        // Lanes of a warp in a column of C: each reads a row of A of its own.
        let scattered = try profile(
            "sgemmNaive", grid: SIMTExtent(Self.extent), block: SIMTExtent(1, Self.extent))
        let (fast, slow) = (try Profiling.predict(tiled), try Profiling.predict(scattered))
        #expect(slow.predictedSeconds > 2 * fast.predictedSeconds)
        #expect(slow.binding == .l1, "\(slow.limits.prefix(5)) \(scattered.traffic) \(scattered.perWarp)")
        // No product is faster than the GPU's arithmetic and memory.
        let flops = 2.0 * Double(Self.extent * Self.extent * Self.extent)
        let bytes = 3.0 * Double(4 * Self.extent * Self.extent)
        for prediction in [fast, slow] {
            #expect(prediction.predictedSeconds > flops / GPUModel.a6000.sustainedSingleFlopsPerSecond)
            #expect(prediction.predictedSeconds > bytes / GPUModel.a6000.memory.dramBytesPerSecond)
        }
    }

    @Test("each tile exposes one wait, barriers and products are counted, regions are lines")
    func tiles() throws {
        let side = Self.extent / 16
        let profile = try profile("sgemmShared", grid: SIMTExtent(side, side), block: SIMTExtent(16, 16))
        let phases = profile.regions.reduce(0) { $0 + $1.exposedPhases }
        #expect(
            abs(phases - Double(side)) < 1e-9,
            "\(phases) \(profile.regions.map { ($0.name, $0.exposedPhases, $0.perWarp.barriers) })")
        #expect(profile.perWarp.barriers == Double(2 * side))
        // Fused products, and one sum for each tile.
        #expect(profile.perWarp.instructions[.single] == Double(Self.extent + side))
        #expect(profile.resources.threadsPerBlock == 256)
        let line = try #require(profile.regions.first { $0.name == "sgemm.cu:16" })
        #expect(line.perWarp.instructions[.sharedLoad] == Double(2 * Self.extent))
        let loads = try #require(profile.regions.first { $0.name == "sgemm.cu:28" })
        #expect(loads.perWarp.instructions[.globalLoad] == Double(side) && loads.parallelism.memory == 2)
        // The matrices fit into L2, so each is read once.
        #expect(profile.traffic.dramReadBytes <= 2 * Double(4 * Self.extent * Self.extent) + 1)
    }
}
