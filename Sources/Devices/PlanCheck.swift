import KernelIR
import Rendering

/// Checks a launch plan by itself, before any compiler sees the sources.
public struct PlanCheck: Sendable {
    /// Bytes of one source at most; a network of two hundred layers, each with loops of its own, has six million.
    private static let sourceBytes = 16 << 20

    /// The bounds launches must keep.
    public var limits: DeviceLimits
    /// Bytes that all scratch buffers of a solution may take together.
    public var scratchBytes: Int
    /// What the device compiles.
    public var language: Solution.Target.Language

    public init(limits: DeviceLimits, scratchBytes: Int, language: Solution.Target.Language = .opencl) {
        self.language = language
        self.limits = limits
        self.scratchBytes = scratchBytes
    }

    /// The first contradiction, naming its launch, or nil for a sound plan.
    public func firstProblem(in solution: Solution) -> String? {
        if solution.sources.isEmpty { return "there is no source" }
        if solution.launches.isEmpty { return "there is no launch" }
        if solution.target.language != language {
            return "this device takes \(language), not \(solution.target.language)"
        }
        if solution.sources.contains(where: { $0.content.utf8.count > Self.sourceBytes }) {
            return "a source has more than \(Self.sourceBytes) bytes"
        }
        if let path = solution.sources.map(\.path).first(where: Self.isIllegal) {
            return "the source path '\(path)' is not a plain relative one"
        }
        if let option = CompilerOptions.firstIllegal(in: solution.options) {
            let legal = CompilerOptions.allowed.joined(separator: " ")
            return "the compiler option '\(option)' is not allowed; legal are \(legal) -DNAME=NUMBER"
        }
        if let problem = scratchProblem(solution.scratch) { return problem }
        for (index, launch) in solution.launches.enumerated() {
            if let problem = launchProblem(launch, scratch: Set(solution.scratch.map(\.name))) {
                return "launch \(index) (\(launch.kernel)): \(problem)"
            }
        }
        return nil
    }

    /// Whether a path is absolute, climbs, or holds what could end the line that names it.
    private static func isIllegal(path: String) -> Bool {
        path.isEmpty || path.hasPrefix("/") || path.split(separator: "/").contains("..")
            || path.contains { $0 == "\"" || $0 == "\\" || $0.isNewline }
    }

    private func scratchProblem(_ scratch: [Solution.Scratch]) -> String? {
        var names: Set<String> = []
        var total = 0
        for buffer in scratch {
            guard names.insert(buffer.name).inserted else { return "scratch '\(buffer.name)' is declared twice" }
            guard buffer.bytes > 0, buffer.bytes <= limits.maxBufferBytes else {
                return "scratch '\(buffer.name)' of \(buffer.bytes) bytes is not within 1...\(limits.maxBufferBytes)"
            }
            total += buffer.bytes
            guard total <= scratchBytes else { return "scratch takes more than \(scratchBytes) bytes together" }
        }
        return nil
    }

    private func launchProblem(_ launch: Solution.Launch, scratch: Set<String>) -> String? {
        guard (1...3).contains(launch.grid.count), launch.grid.count == launch.block.count else {
            return "grid and block need one to three extents, as many each"
        }
        guard (launch.grid + launch.block).allSatisfy({ (1...Int(Int32.max)).contains($0) }) else {
            return "an extent of grid \(launch.grid) or block \(launch.block) is not within 1...\(Int32.max)"
        }
        let groups = launch.grid.reduce((1, false)) { total, extent in
            let product = total.0.multipliedReportingOverflow(by: extent)
            return (product.partialValue, total.1 || product.overflow)
        }
        guard !groups.1, groups.0 <= Int(Int32.max) else {
            return "grid \(launch.grid) has more than \(Int32.max) work-groups"
        }
        for (extent, bound) in zip(launch.block, limits.maxBlock) where extent > bound {
            return "block \(launch.block) exceeds \(limits.maxBlock)"
        }
        guard launch.block.reduce(1, *) <= limits.maxGroupSize else {
            return "block \(launch.block) has more than \(limits.maxGroupSize) work-items"
        }
        guard (0...limits.localBytes).contains(launch.sharedBytes) else {
            return "\(launch.sharedBytes) bytes of local memory are not within 0...\(limits.localBytes)"
        }
        return launch.arguments.lazy.compactMap { argumentProblem($0, launch.phase, scratch: scratch) }.first
    }

    private func argumentProblem(
        _ argument: Solution.Argument, _ phase: Solution.Launch.Phase, scratch: Set<String>
    ) -> String? {
        switch argument {
        case .scratch(let name):
            scratch.contains(name) ? nil : "scratch '\(name)' is not declared"
        case .input(let name), .output(let name):
            phase == .prepare ? "phase prepare may not see '\(name)', only parameters and scratch" : nil
        case .scalar(let type, _) where type == .bool || type == .bfloat16:
            "\(type.rawValue) is no type of a kernel argument"
        case .parameter, .scalar: nil
        }
    }
}
