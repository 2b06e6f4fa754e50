import Foundation
import KernelIR
import Rendering

/// One kernel of a ladder: a text for every extent, its launches for one, and how fast the step was measured to be.
public struct LadderKernel: Sendable {
    /// The name of its file without `.cu`, e.g. `sgemm-01-naive`.
    public let name: String
    /// The published speed of this step in the units of its ladder's work a second; nil where there is none.
    public let publishedPerSecond: Double?
    /// The launches at an extent.
    public let plan: @Sendable (_ extent: Int) -> LadderPlan

    init(_ name: String, publishedPerSecond: Double? = nil, plan: @escaping @Sendable (Int) -> LadderPlan) {
        (self.name, self.publishedPerSecond) = (name, publishedPerSecond)
        self.plan = plan
    }

    /// The name of its file.
    public var file: String { "\(name).cu" }

    /// The text; throws `missingComponent` where the file is not there.
    public func source() throws(KernelwrightError) -> String {
        guard let url = Bundle.module.url(forResource: name, withExtension: "cu", subdirectory: "Kernels"),
            let text = try? String(contentsOf: url, encoding: .utf8)
        else {
            throw KernelwrightError(.missingComponent, "the kernel \(file) is missing", hint: "build the package again")
        }
        return text
    }
}

/// The launches of a kernel, and the buffers that one leaves to the next.
public struct LadderPlan: Sendable, Hashable {
    public var launches: [Solution.Launch]
    public var scratch: [Solution.Scratch]

    init(_ launches: [Solution.Launch], scratch: [Solution.Scratch] = []) {
        (self.launches, self.scratch) = (launches, scratch)
    }
}
