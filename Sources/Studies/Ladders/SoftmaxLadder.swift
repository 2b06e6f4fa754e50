import Foundation
import KernelIR
import Rendering

/// Two softmaxes of the rows of a square matrix: one thread a row, and one block a row.
public struct SoftmaxLadder: KernelLadder {
    public let name = "softmax"
    public let inputs = ["x"]
    public let output = "softmax"
    public let work = LadderWork.bytes
    public let extentUnit = 128
    public let usualExtent = 4096
    public let publication: String? = nil
    /// A sum of 4096 terms in any order, and two exponentials of 2 ulp each, have errors below this by far.
    public let tolerance = 1e-4

    /// Threads of a block of either kernel.
    private static let threads = 128

    public init() {}

    public var kernels: [LadderKernel] {
        [
            Self.kernel("1-thread-per-row") { $0 / Self.threads },
            Self.kernel("2-block-per-row") { $0 },
        ]
    }

    public func amountOfWork(extent: Int) -> Double { 8 * Double(extent * extent) }

    public func outputCount(extent: Int) -> Int { extent * extent }

    /// Rows differ in their largest element and in where it is.
    public func element(_ index: Int, of input: String, extent: Int) -> Float {
        Float((index * 11 + index / extent * 5) % 37) / 4 - Float(index / extent % 9)
    }

    public func expected(extent: Int) -> [Float] {
        (0..<extent).flatMap { row -> [Float] in
            let line = (0..<extent).map { Double(element(row * extent + $0, of: "x", extent: extent)) }
            let largest = line.max() ?? 0
            let powers = line.map { exp($0 - largest) }
            let sum = powers.reduce(0, +)
            return powers.map { Float($0 / sum) }
        }
    }

    /// - Parameter blocks: of the launch at an extent.
    private static func kernel(_ step: String, blocks: @escaping @Sendable (Int) -> Int) -> LadderKernel {
        LadderKernel("softmax-\(step)") { extent in
            LadderPlan([
                Solution.Launch(
                    kernel: "softmax", grid: [blocks(extent)], block: [Self.threads],
                    arguments: [.input("x"), .output("softmax"), .scalar(.int32, Double(extent))])
            ])
        }
    }
}
