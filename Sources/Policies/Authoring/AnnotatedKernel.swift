import KernelIR
import Rendering
import Workloads

/// A kernel file whose comments hold the launch plan, one launch a line:
///
///     // kw: tune TILE=16,8,32
///     // kw: launch NAME grid=4096/TILE,4 block=TILE,1 args=x,w,y,tmp,int32:128 [shared=BYTES] [phase=prepare]
///     // kw: scratch tmp 4096
///
/// The suffix tells the language: `.cl` is OpenCL C, `.cu` CUDA C++, whose kernels are `extern "C" __global__`, so that
/// the compiler leaves their names alone. `args` names inputs, parameters, outputs and scratch of the workload, or
/// scalars as `type:value`; left out, it is all inputs, parameters and outputs in the workload's order. `grid` counts
/// work-groups (blocks); it and `block` default to 1. `shared` adds dynamic shared memory: in CUDA C++ the array that
/// is declared `extern __shared__`, in OpenCL C a `__local` pointer behind the arguments. A size is a number or the
/// name of a tunable, or several of these with `*` and `/` between, from left to right; quotients are rounded up.
public struct AnnotatedKernel: Sendable {
    public let source: String
    public let path: String

    /// - Parameter path: where the source comes from, for errors; its suffix tells the language.
    public init(source: String, path: String) { (self.source, self.path) = (source, path) }

    /// The language that a file's name stands for; nil where it is no kernel's.
    public static func language(of path: String) -> Solution.Target.Language? {
        if path.hasSuffix(".cl") { return .opencl }
        if path.hasSuffix(".cu") { return .cuda }
        return nil
    }

    /// What the file leaves open, in its order; throws `badInput` naming the line.
    public var tunables: [Tunable] {
        get throws(KernelwrightError) {
            var found: [Tunable] = []
            for line in lines where line.words[0] == "tune" {
                let words = line.words.dropFirst()
                guard words.count == 1, let word = words.first, let tunable = Tunable(word) else {
                    throw Self.malformed(
                        line.place, "tune takes NAME=1,2,4: a name and at most \(Tunable.mostValues) whole numbers")
                }
                guard !found.contains(where: { $0.name == tunable.name }) else {
                    throw Self.malformed(line.place, "\(tunable.name) is declared twice")
                }
                found.append(tunable)
            }
            guard found.count <= Tunable.mostTunables else {
                throw Self.malformed(
                    path, "it declares \(found.count) tunables; at most \(Tunable.mostTunables) are allowed")
            }
            return found
        }
    }

    /// The file as a solution; throws `badInput` naming the line.
    ///
    /// - Parameter values: those of the tunables in their order; nil takes the first of each.
    public func solution(
        for workload: Workload, profile: TargetProfile, values: [Int]? = nil
    ) throws(KernelwrightError) -> Solution {
        guard let language = Self.language(of: path) else {
            throw KernelwrightError(.badInput, "\(path) is no kernel file", hint: "its name ends in .cl or .cu")
        }
        let tunables = try self.tunables
        let chosen = values ?? tunables.map { $0.values[0] }
        precondition(chosen.count == tunables.count, "every tunable has one value")
        let sizes = LaunchSizes(tunables, values: chosen)
        var scratch: [Solution.Scratch] = []
        var launches: [Solution.Launch] = []
        for line in lines {
            let words = line.words.dropFirst()
            switch line.words[0] {
            case "scratch": scratch.append(try Self.scratch(words, line.place))
            case "launch": launches.append(try Self.launch(words, workload, scratch, sizes, line.place))
            case "tune": break
            default: throw Self.malformed(line.place, "unknown word '\(line.words[0])'")
            }
        }
        guard !launches.isEmpty else { throw Self.malformed(path, "no launch is given") }
        return Solution(
            name: workload.name, workload: workload.contentHash,
            target: .init(language: language, profile: profile.name),
            sources: [.init(path: language == .cuda ? "kernel.cu" : "kernel.cl", content: source)],
            options: zip(tunables, chosen).map { $0.option($1) }, scratch: scratch, launches: launches,
            author: "user")
    }

    /// The lines that say something, without the words that mark them.
    private var lines: [(words: [String], place: String)] {
        source.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            let words = line.split(separator: " ").map(String.init)
            guard words.starts(with: ["//", "kw:"]), words.count > 2 else { return nil }
            return (Array(words.dropFirst(2)), "\(path):\(number + 1)")
        }
    }

    private static func scratch(_ words: ArraySlice<String>, _ place: String) throws(KernelwrightError)
        -> Solution.Scratch
    {
        guard words.count == 2, let name = words.first, let bytes = words.last.flatMap({ Int($0) }), bytes > 0 else {
            throw malformed(place, "scratch takes a name and a number of bytes")
        }
        return Solution.Scratch(name: name, bytes: bytes)
    }

    private static func launch(
        _ words: ArraySlice<String>, _ workload: Workload, _ scratch: [Solution.Scratch], _ sizes: LaunchSizes,
        _ place: String
    ) throws(KernelwrightError) -> Solution.Launch {
        guard let kernel = words.first, !kernel.contains("=") else {
            throw malformed(place, "launch takes a kernel's name")
        }
        var launch = Solution.Launch(
            kernel: kernel, grid: [1], block: [1], arguments: Names(workload, scratch).allTensors)
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw malformed(place, "'\(word)' is no KEY=VALUE") }
            switch parts[0] {
            case "grid": launch.grid = try sizes.dimensions(parts[1], place)
            case "block": launch.block = try sizes.dimensions(parts[1], place)
            case "shared": launch.sharedBytes = try sizes.bytes(parts[1], place)
            case "phase":
                guard let phase = Solution.Launch.Phase(rawValue: parts[1]) else {
                    throw malformed(place, "phase is prepare or run")
                }
                launch.phase = phase
            case "args":
                launch.arguments = []
                for name in parts[1].split(separator: ",") {
                    launch.arguments.append(try Names(workload, scratch).argument(String(name), place))
                }
            default: throw malformed(place, "unknown key '\(parts[0])'")
            }
        }
        return launch
    }

    static func malformed(_ place: String, _ what: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "\(place): \(what)",
            hint: "write '// kw: launch NAME grid=X[,Y[,Z]] block=X[,Y[,Z]] [args=a,b,int32:4] [shared=BYTES] "
                + "[phase=prepare]', '// kw: scratch NAME BYTES' or '// kw: tune NAME=1,2,4'")
    }
}

/// What a launch's arguments may name.
private struct Names {
    let workload: Workload
    let scratch: [Solution.Scratch]

    init(_ workload: Workload, _ scratch: [Solution.Scratch]) { (self.workload, self.scratch) = (workload, scratch) }

    var allTensors: [Solution.Argument] {
        workload.inputs.map { .input($0.name) } + workload.stored.map { .parameter($0.name) }
            + workload.outputs.map { .output($0) }
    }

    func argument(_ name: String, _ place: String) throws(KernelwrightError) -> Solution.Argument {
        if workload.inputs.contains(where: { $0.name == name }) { return .input(name) }
        if workload.stored.contains(where: { $0.name == name }) { return .parameter(name) }
        if workload.outputs.contains(name) { return .output(name) }
        if scratch.contains(where: { $0.name == name }) { return .scratch(name) }
        let parts = name.split(separator: ":").map(String.init)
        if parts.count == 2, let type = DType(rawValue: parts[0]), let value = Double(parts[1]) {
            return .scalar(type, value)
        }
        let known = workload.inputs.map(\.name) + workload.stored.map(\.name) + workload.outputs
        throw KernelwrightError(
            .badInput, "\(place): unknown argument '\(name)'",
            hint: "tensors: \((known + scratch.map(\.name)).joined(separator: " ")); scalars: type:value, e.g. int32:4")
    }
}
