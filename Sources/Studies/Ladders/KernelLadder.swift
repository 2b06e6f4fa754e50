import KernelIR
import Rendering

/// Kernels for one task, each a step beyond the one before it, as somebody published them.
///
/// The texts were written for this project from the published descriptions of each step. Extents are rows and columns
/// of square matrices: every input has extent² elements of type `float`.
public protocol KernelLadder: Sendable {
    /// The first word of its kernels' names, e.g. `sgemm`.
    var name: String { get }
    /// The kernels in the order of the steps.
    var kernels: [LadderKernel] { get }
    /// What launches take as inputs, by the names in their plans.
    var inputs: [String] { get }
    /// What they write, by its name in their plans.
    var output: String { get }
    /// What a rate counts.
    var work: LadderWork { get }
    /// Extents must be multiples of this one: that of the largest tile.
    var extentUnit: Int { get }
    /// The extent of the published speeds, or a usual one.
    var usualExtent: Int { get }
    /// Who published the speeds, and measured on what; nil where nobody did.
    var publication: String? { get }
    /// How far a right element may lie from the expected one, relative to it; 0 where all orders of computing agree.
    var tolerance: Double { get }

    /// Operations or bytes that the task takes, whoever computes it.
    func amountOfWork(extent: Int) -> Double

    /// Elements of the output.
    func outputCount(extent: Int) -> Int

    /// An element of an input.
    func element(_ index: Int, of input: String, extent: Int) -> Float

    /// The output that belongs to the inputs.
    func expected(extent: Int) -> [Float]
}

/// What a task's work is counted in.
public enum LadderWork: String, Sendable, Hashable, Codable {
    /// Multiplications and additions.
    case operations = "FLOP"
    /// The bytes of inputs and outputs, each once.
    case bytes = "B"
}

extension KernelLadder {
    /// A kernel's source with its launches at an extent.
    ///
    /// - Throws: `badInput` for an extent that tiles do not divide, `missingComponent` where the file is not there.
    public func solution(of kernel: LadderKernel, extent: Int) throws(KernelwrightError) -> Solution {
        try check(extent)
        let plan = kernel.plan(extent)
        return Solution(
            name: kernel.name, workload: "ladder/\(name)", target: .init(language: .cuda, profile: "any"),
            sources: [.init(path: kernel.file, content: try kernel.source())], scratch: plan.scratch,
            launches: plan.launches, author: "ladder")
    }

    /// Throws `badInput` for an extent that tiles do not divide.
    public func check(_ extent: Int) throws(KernelwrightError) {
        guard extent > 0, extent.isMultiple(of: extentUnit) else {
            throw KernelwrightError(
                .badInput, "\(extent) is no extent of the \(name) kernels", hint: "a multiple of \(extentUnit)")
        }
    }
}
