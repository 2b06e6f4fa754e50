import KernelIR
import Rendering

/// Seven sums of many numbers, after "Optimizing Parallel Reduction in CUDA" by Mark Harris.
///
/// A launch leaves one sum for each block; launches follow until one block is left. The published speeds are those of a
/// GeForce 8800 GTX on 2²² integers, counting the loads; here the numbers are `float`, and blocks have 256 threads. The
/// fifth to seventh kernel exchange the last values by shuffles, since warps are no longer in step by themselves.
public struct ReductionLadder: KernelLadder {
    public let name = "reduction"
    public let inputs = ["x"]
    public let output = "sum"
    public let work = LadderWork.bytes
    public let extentUnit = 128
    /// 2²² elements.
    public let usualExtent = 2048
    public let publication: String? = "Harris, GeForce 8800 GTX, 4 Mi elements"
    /// Small whole numbers: sums of 2²² of them are exact in any order.
    public let tolerance = 0.0

    /// Threads of a block.
    private static let threads = 256
    /// Blocks of a launch of the last kernel at most.
    private static let blocks = 1024

    public init() {}

    public var kernels: [LadderKernel] {
        [
            Self.kernel("1-modulo", 2.083, perThread: 1, isDynamic: true),
            Self.kernel("2-strided", 4.854, perThread: 1, isDynamic: true),
            Self.kernel("3-sequential", 9.741, perThread: 1, isDynamic: true),
            Self.kernel("4-first-add", 17.377, perThread: 2, isDynamic: true),
            Self.kernel("5-last-warp", 31.289, perThread: 2, isDynamic: true),
            Self.kernel("6-unrolled", 43.996, perThread: 2, isDynamic: false),
            Self.kernel("7-many-per-thread", 62.671, perThread: 2, isDynamic: false, most: Self.blocks),
        ]
    }

    public func amountOfWork(extent: Int) -> Double { 4 * Double(extent * extent) }

    public func outputCount(extent: Int) -> Int { 1 }

    public func element(_ index: Int, of input: String, extent: Int) -> Float { Float(1 + index % 3) }

    public func expected(extent: Int) -> [Float] {
        [(0..<extent * extent).reduce(0) { $0 + element($1, of: "x", extent: extent) }]
    }

    /// - Parameters:
    ///   - gigabytes: the published speed, in 10⁹ bytes a second.
    ///   - perThread: elements that a thread adds before anything is shared, as far as blocks suffice.
    ///   - isDynamic: whether the launch sizes the shared memory.
    ///   - most: blocks of a launch at most.
    private static func kernel(
        _ step: String, _ gigabytes: Double, perThread: Int, isDynamic: Bool, most: Int = .max
    ) -> LadderKernel {
        LadderKernel("reduction-\(step)", publishedPerSecond: gigabytes * 1e9) { extent in
            let own = perThread * Self.threads
            var plan = LadderPlan([])
            var (count, source) = (extent * extent, Solution.Argument.input("x"))
            repeat {
                let blocks = min((count + own - 1) / own, most)
                let sums = blocks == 1 ? Solution.Argument.output("sum") : .scratch("sums\(plan.scratch.count + 1)")
                if case .scratch(let name) = sums { plan.scratch.append(.init(name: name, bytes: 4 * blocks)) }
                plan.launches.append(
                    Solution.Launch(
                        kernel: "reduce", grid: [blocks], block: [Self.threads],
                        sharedBytes: isDynamic ? 4 * Self.threads : 0,
                        arguments: [source, sums, .scalar(.int32, Double(count))]))
                (count, source) = (blocks, sums)
            } while count > 1
            return plan
        }
    }
}
