import KernelIR
import Rendering

/// Eleven products of square matrices, C = A · B in fp32, after "How to Optimize a CUDA Matmul Kernel" by Simon Boehm.
///
/// Tiles, threads and speeds are the published ones (siboehm/SGEMM_CUDA@60cba6f, README and src/runner.cu: αAB + βC,
/// n = 4096, RTX A6000). The product is that of `kernelbench/1/1`, whose names the buffers have.
public struct SgemmLadder: KernelLadder {
    public let name = "sgemm"
    public let inputs = ["a", "b"]
    public let output = "matmul"
    public let work = LadderWork.operations
    public let extentUnit = 256
    public let usualExtent = 4096
    public let publication: String? = "siboehm/SGEMM_CUDA, RTX A6000, n = 4096"
    /// Small whole numbers: their products and sums are exact in any order.
    public let tolerance = 0.0

    public init() {}

    public var kernels: [LadderKernel] {
        [
            Self.kernel("01-naive", 309.0, rows: 32, columns: 32, block: [32, 32]),
            Self.kernel("02-coalesced", 1986.5, rows: 32, columns: 32, block: [1024, 1]),
            Self.kernel("03-shared", 2980.3, rows: 32, columns: 32, block: [1024, 1]),
            Self.kernel("04-tiles-1d", 8474.7, rows: 64, columns: 64, block: [512, 1]),
            Self.kernel("05-tiles-2d", 15_971.7, rows: 128, columns: 128, block: [256, 1]),
            Self.kernel("06-vectorized", 18_237.3, rows: 128, columns: 128, block: [256, 1]),
            Self.kernel("07-linear-index", 16_213.4, rows: 128, columns: 128, block: [256, 1]),
            Self.kernel("08-padded", 16_459.2, rows: 128, columns: 128, block: [256, 1]),
            Self.kernel("09-deeper-tiles", 19_721.0, rows: 128, columns: 128, block: [256, 1]),
            Self.kernel("10-warp-tiles", 21_779.3, rows: 128, columns: 128, block: [128, 1]),
            Self.kernel("11-double-buffered", 17_278.3, rows: 128, columns: 256, block: [256, 1]),
        ]
    }

    public func amountOfWork(extent: Int) -> Double { 2 * Double(extent) * Double(extent) * Double(extent) }

    public func outputCount(extent: Int) -> Int { extent * extent }

    public func element(_ index: Int, of input: String, extent: Int) -> Float {
        input == "a" ? Float(Self.scattered(index, 5) - 2) : Float(Self.scattered(index + 1, 7) - 3)
    }

    /// O(extent³).
    public func expected(extent: Int) -> [Float] {
        let a = (0..<extent * extent).map { element($0, of: "a", extent: extent) }
        let b = (0..<extent * extent).map { element($0, of: "b", extent: extent) }
        var product = [Float](repeating: 0, count: extent * extent)
        for row in 0..<extent {
            for inner in 0..<extent {
                let factor = a[row * extent + inner]
                for column in 0..<extent { product[row * extent + column] += factor * b[inner * extent + column] }
            }
        }
        return product
    }

    /// A number from 0 to below the count without a pattern in rows or columns (multiplicative hashing).
    private static func scattered(_ index: Int, _ count: Int) -> Int {
        Int((UInt32(truncatingIfNeeded: index) &* 2_654_435_761) >> 16) % count
    }

    /// - Parameters:
    ///   - gigaflops: the published speed, in 10⁹ operations a second.
    ///   - rows: of the tile that a block computes.
    ///   - columns: of that tile; blocks along x follow each other along a row.
    private static func kernel(
        _ step: String, _ gigaflops: Double, rows: Int, columns: Int, block: [Int]
    ) -> LadderKernel {
        LadderKernel("sgemm-\(step)", publishedPerSecond: gigaflops * 1e9) { extent in
            LadderPlan([
                Solution.Launch(
                    kernel: "sgemm", grid: [extent / columns, extent / rows], block: block,
                    arguments: [.input("a"), .input("b"), .output("matmul"), .scalar(.int32, Double(extent))])
            ])
        }
    }
}
