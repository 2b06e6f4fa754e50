@testable import SIMT

/// The ten kernels of siboehm's SGEMM ladder on the RTX A6000, fp32, M = N = K = 4096, as timing profiles.
///
/// Speeds, launches, tiles, registers and shared memory are published ones (siboehm/SGEMM_CUDA@60cba6f, README and
/// src/runner.cu; ptxas 13.5 for sm_86). Instructions are those of one pass through the main loop of one warp in the
/// machine code that NVRTC 13.5 makes of the published kernels for sm_86, counted by opcode. Wavefronts come from the
/// addresses that the kernels' descriptions give, through `SharedBanks` and `Coalescing`. The epilogue (under 0.5 % of
/// the instructions) is left out. Bytes assume that a block loads its panels once, and that the panel which all blocks
/// stream past is reused in L2 by the blocks of one grid row only.
struct SgemmLadder {
    /// One kernel with its published speed.
    struct Kernel {
        var number: Int
        var publishedGflops: Double
        var profile: KernelProfile
    }

    static let extent = 4096
    static let flops = 2.0 * Double(extent * extent * extent)
    private static let rowBytes = 4 * extent

    static var kernels: [Kernel] {
        let published: [(gflops: Double, profile: KernelProfile)] = [
            (309.0, naive), (1986.5, coalesced), (2980.3, sharedTile), (8474.7, tiled1D), (15_971.7, tiled2D),
            (18_237.3, vectorized), (16_213.4, linearized), (16_459.2, padded), (19_721.0, autotuned),
            (21_779.3, warpTiled),
        ]
        return published.enumerated().map { index, kernel in
            Kernel(number: index + 1, publishedGflops: kernel.gflops, profile: kernel.profile)
        }
    }

    // MARK: one element of C per thread

    /// Lanes differ in the row of C: each reads its own row of A and all read one element of B. Unrolled by 4.
    private static var naive: KernelProfile {
        var loop = counts([.single: 4, .integer: 19, .move: 1, .globalLoad: 8, .control: 1])
        loop.add(global: WarpAccess(bytesPerLane: 4) { $0 * rowBytes }, times: 4, on: .a6000)
        loop.add(global: uniform(4), times: 4, on: .a6000)
        return profile(
            "naive", tile: (32, 32), threads: 1024, registers: 36, shared: 0, loop, passes: extent / 4, isStaged: false,
            parallelism: .init(arithmetic: 4, memory: 8))
    }

    /// Lanes differ in the column: one element of A for all, a row of B. Unrolled by 16.
    private static var coalesced: KernelProfile {
        var loop = counts([.single: 16, .integer: 20, .move: 5, .globalLoad: 32, .control: 1])
        loop.add(global: uniform(4), times: 16, on: .a6000)
        loop.add(global: contiguous(4), times: 16, on: .a6000)
        return profile(
            "coalesced", tile: (32, 32), threads: 1024, registers: 40, shared: 0, loop, passes: extent / 16,
            isStaged: false, parallelism: .init(arithmetic: 4, memory: 32))
    }

    /// Tiles of 32 × 32 in shared memory; each thread reads a row of A in vectors and a column of B.
    private static var sharedTile: KernelProfile {
        var loop = counts([
            .single: 32, .integer: 5, .globalLoad: 2, .sharedStore: 2, .sharedLoad: 40, .synchronization: 2,
            .control: 1,
        ])
        loop.add(global: contiguous(4), times: 2, on: .a6000)
        loop.add(shared: contiguous(4), times: 2)
        loop.add(shared: contiguous(4), times: 32)
        loop.add(shared: uniform(16), times: 8)
        return profile(
            "sharedTile", tile: (32, 32), threads: 1024, registers: 36, shared: 8192, loop, passes: extent / 32,
            isStaged: true, parallelism: .init(arithmetic: 2, memory: 2, shared: 8))
    }

    /// Eight elements of a column of C per thread; 64 × 64 × 8.
    private static var tiled1D: KernelProfile {
        var loop = counts([
            .single: 64, .integer: 6, .move: 4, .globalLoad: 2, .sharedStore: 2, .sharedLoad: 24, .synchronization: 2,
            .control: 1,
        ])
        loop.add(global: rows(of: 8), on: .a6000)
        loop.add(global: contiguous(4), on: .a6000)
        loop.add(shared: contiguous(4), times: 2)
        loop.add(shared: contiguous(4), times: 8)
        loop.add(shared: uniform(16), times: 16)
        return profile(
            "tiled1D", tile: (64, 64), threads: 512, registers: 44, shared: 4096, loop, passes: extent / 8,
            isStaged: true, parallelism: .init(arithmetic: 8, memory: 2, shared: 8))
    }

    // MARK: 8 × 8 elements of C per thread; a warp has 2 rows of 16 threads

    /// 128 × 128 × 8, scalar loads; A is read along the depth, in vectors.
    private static var tiled2D: KernelProfile {
        var loop = counts([
            .single: 512, .integer: 52, .move: 4, .globalLoad: 8, .sharedStore: 8, .sharedLoad: 40, .synchronization: 2,
            .control: 2,
        ])
        loop.add(global: rows(of: 8), times: 4, on: .a6000)
        loop.add(global: contiguous(4), times: 4, on: .a6000)
        loop.add(shared: contiguous(4), times: 8)
        loop.add(shared: WarpAccess(bytesPerLane: 16) { $0 / 16 * 256 }, times: 16)
        loop.add(shared: WarpAccess(bytesPerLane: 4) { $0 / 16 * 256 }, times: 8)
        loop.add(shared: operandB, times: 16)
        return square("tiled2D", registers: 128, shared: 8192, loop, depth: 8, loads: 8)
    }

    /// Vector loads; A is transposed on its way to shared memory.
    private static var vectorized: KernelProfile {
        var loop = counts([
            .single: 512, .integer: 19, .move: 5, .globalLoad: 2, .sharedStore: 5, .sharedLoad: 32, .synchronization: 2,
            .control: 2,
        ])
        addVectorLoads(&loop)
        loop.add(shared: transposedA(columns: 2), times: 4)
        loop.add(shared: contiguous(16))
        loop.add(shared: operandA, times: 16)
        loop.add(shared: operandB, times: 16)
        return square("vectorized", registers: 116, shared: 8192, loop, depth: 8, loads: 2)
    }

    /// B is stored so that a thread reads its eight values 16 words apart, without conflict but one by one.
    private static var linearized: KernelProfile {
        var loop = counts([
            .single: 512, .integer: 27, .move: 19, .globalLoad: 2, .sharedStore: 8, .sharedLoad: 80,
            .synchronization: 2, .control: 2,
        ])
        addVectorLoads(&loop)
        loop.add(shared: transposedA(columns: 2), times: 4)
        loop.add(shared: WarpAccess(bytesPerLane: 4) { 4 * ($0 % 2 * 64 + $0 / 2) }, times: 4)
        loop.add(shared: operandA, times: 16)
        loop.add(shared: WarpAccess(bytesPerLane: 4) { 4 * ($0 % 16) }, times: 64)
        return square("linearized", registers: 104, shared: 8192, loop, depth: 8, loads: 2)
    }

    /// Rows of B are 133 words long; rows that are not aligned are read in smaller pieces.
    private static var padded: KernelProfile {
        var loop = counts([
            .single: 512, .integer: 16, .move: 5, .globalLoad: 2, .sharedStore: 8, .sharedLoad: 38, .synchronization: 2,
            .control: 2,
        ])
        addVectorLoads(&loop)
        loop.add(shared: transposedA(columns: 2), times: 4)
        loop.add(shared: WarpAccess(bytesPerLane: 4) { 16 * $0 }, times: 4)
        loop.add(shared: operandA, times: 16)
        loop.add(shared: operandB, times: 14)
        loop.add(shared: WarpAccess(bytesPerLane: 8) { $0 % 16 * 32 }, times: 4)
        loop.add(shared: WarpAccess(bytesPerLane: 4) { $0 % 16 * 32 }, times: 4)
        return square("padded", registers: 108, shared: 8352, loop, depth: 8, loads: 2)
    }

    /// 128 × 128 × 16.
    private static var autotuned: KernelProfile {
        var loop = counts([
            .single: 1024, .integer: 37, .move: 15, .globalLoad: 4, .sharedStore: 10, .sharedLoad: 64,
            .synchronization: 2, .control: 2,
        ])
        loop.add(global: WarpAccess(bytesPerLane: 16) { $0 / 4 * rowBytes + $0 % 4 * 16 }, times: 2, on: .a6000)
        loop.add(global: contiguous(16), times: 2, on: .a6000)
        loop.add(shared: transposedA(columns: 4), times: 8)
        loop.add(shared: contiguous(16), times: 2)
        loop.add(shared: operandA, times: 32)
        loop.add(shared: operandB, times: 32)
        return square("autotuned", registers: 100, shared: 16_384, loop, depth: 16, loads: 4)
    }

    /// 128 threads with 8 × 16 elements each; a warp covers 64 × 64 in four steps of 64 × 16.
    private static var warpTiled: KernelProfile {
        var loop = counts([
            .single: 2048, .integer: 46, .move: 20, .globalLoad: 8, .sharedStore: 20, .sharedLoad: 96,
            .synchronization: 2, .control: 2,
        ])
        loop.add(global: WarpAccess(bytesPerLane: 16) { $0 / 4 * rowBytes + $0 % 4 * 16 }, times: 4, on: .a6000)
        loop.add(global: contiguous(16), times: 4, on: .a6000)
        loop.add(shared: transposedA(columns: 4), times: 16)
        loop.add(shared: contiguous(16), times: 4)
        loop.add(shared: WarpAccess(bytesPerLane: 16) { $0 / 4 * 32 }, times: 32)
        loop.add(shared: WarpAccess(bytesPerLane: 16) { $0 % 4 * 16 }, times: 64)
        return profile(
            "warpTiled", tile: (128, 128), threads: 128, registers: 168, shared: 16_384, loop, passes: extent / 16,
            isStaged: true, parallelism: .init(arithmetic: 64, memory: 8, shared: 6))
    }

    // MARK: accesses

    private static func uniform(_ bytes: Int) -> WarpAccess { WarpAccess(bytesPerLane: bytes) { _ in 0 } }

    private static func contiguous(_ bytes: Int) -> WarpAccess { WarpAccess(bytesPerLane: bytes) { bytes * $0 } }

    /// Rows of a matrix in global memory, this many consecutive elements of each.
    private static func rows(of width: Int) -> WarpAccess {
        WarpAccess(bytesPerLane: 4) { $0 / width * rowBytes + $0 % width * 4 }
    }

    /// Two groups of 16 lanes that each read four elements of one column of A.
    private static var operandA: WarpAccess { WarpAccess(bytesPerLane: 16) { $0 / 16 * 32 } }

    /// 16 lanes that read four elements of a row of B, eight apart; the other 16 read the same.
    private static var operandB: WarpAccess { WarpAccess(bytesPerLane: 16) { $0 % 16 * 32 } }

    /// One component of vectors of A, stored in a transposed tile of 128 rows.
    private static func transposedA(columns: Int) -> WarpAccess {
        WarpAccess(bytesPerLane: 4) { 4 * ($0 % columns * 4 * 128 + $0 / columns) }
    }

    /// A tile of 128 × 8 of A and one of 8 × 128 of B, one vector of each per thread of 256.
    private static func addVectorLoads(_ loop: inout WarpCounts) {
        loop.add(global: WarpAccess(bytesPerLane: 16) { $0 / 2 * rowBytes + $0 % 2 * 16 }, on: .a6000)
        loop.add(global: contiguous(16), on: .a6000)
    }

    // MARK: profiles

    private static func counts(_ instructions: Tally<InstructionClass>) -> WarpCounts {
        WarpCounts(
            instructions: instructions, laneInstructions: 32 * instructions.total,
            barriers: instructions[.synchronization])
    }

    /// A kernel of 256 threads with a tile of 128 × 128.
    private static func square(
        _ name: String, registers: Int, shared: Int, _ loop: WarpCounts, depth: Int, loads: Double
    ) -> KernelProfile {
        profile(
            name, tile: (128, 128), threads: 256, registers: registers, shared: shared, loop, passes: extent / depth,
            isStaged: true, parallelism: .init(arithmetic: 64, memory: loads, shared: 4))
    }

    /// - Parameter isStaged: whether each pass loads a tile into shared memory and waits for it at a barrier.
    private static func profile(
        _ name: String, tile: (rows: Int, columns: Int), threads: Int, registers: Int, shared: Int, _ loop: WarpCounts,
        passes: Int, isStaged: Bool, parallelism: KernelRegion.Parallelism
    ) -> KernelProfile {
        let (gridRows, gridColumns) = (extent / tile.rows, extent / tile.columns)
        let matrix = 4.0 * Double(extent * extent)
        let panels = 4 * Double(gridRows * gridColumns * (tile.rows + tile.columns) * extent)
        return KernelProfile(
            name: name, blocks: gridRows * gridColumns,
            resources: KernelResources(
                threadsPerBlock: threads, registersPerThread: registers, staticSharedBytes: shared),
            regions: [
                KernelRegion(
                    name: "main loop", perWarp: loop * Double(passes), parallelism: parallelism,
                    exposedPhases: isStaged ? Double(passes) : 0)
            ],
            traffic: MemoryTraffic(
                l1HitRate: isStaged ? 0 : 0.95, l2HitRate: 0.8, l2Bytes: panels + 2 * matrix,
                dramReadBytes: matrix * Double(gridRows) + 2 * matrix, dramWrittenBytes: matrix),
            source: .sass)
    }
}
