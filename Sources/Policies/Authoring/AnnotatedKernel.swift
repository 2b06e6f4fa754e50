import KernelIR
import Rendering
import Workloads

/// A kernel file whose comments hold the launch plan, one launch a line:
///
///     // kw: launch NAME grid=8,4 block=64,1 args=x,w,y,tmp,int32:128 [shared=BYTES] [phase=prepare]
///     // kw: scratch tmp 4096
///
/// The suffix tells the language: `.cl` is OpenCL C, `.cu` CUDA C++, whose kernels are `extern "C" __global__`, so that
/// the compiler leaves their names alone. `args` names inputs, parameters, outputs and scratch of the workload, or
/// scalars as `type:value`; left out, it is all inputs, parameters and outputs in the workload's order. `grid` counts
/// work-groups (blocks); it and `block` default to 1. `shared` adds dynamic shared memory: in CUDA C++ the array that
/// is declared `extern __shared__`, in OpenCL C a `__local` pointer behind the arguments.
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

    /// The file as a solution; throws `badInput` naming the line.
    public func solution(for workload: Workload, profile: TargetProfile) throws(KernelwrightError) -> Solution {
        guard let language = Self.language(of: path) else {
            throw KernelwrightError(.badInput, "\(path) is no kernel file", hint: "its name ends in .cl or .cu")
        }
        var scratch: [Solution.Scratch] = []
        var launches: [Solution.Launch] = []
        for (number, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard words.starts(with: ["//", "kw:"]), words.count > 2 else { continue }
            let place = "\(path):\(number + 1)"
            switch words[2] {
            case "scratch": scratch.append(try Self.scratch(words.dropFirst(3), place))
            case "launch": launches.append(try Self.launch(words.dropFirst(3), workload, scratch, place))
            default: throw Self.malformed(place, "unknown word '\(words[2])'")
            }
        }
        guard !launches.isEmpty else { throw Self.malformed(path, "no launch is given") }
        return Solution(
            name: workload.name, workload: workload.contentHash,
            target: .init(language: language, profile: profile.name),
            sources: [.init(path: language == .cuda ? "kernel.cu" : "kernel.cl", content: source)], scratch: scratch,
            launches: launches, author: "user")
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
        _ words: ArraySlice<String>, _ workload: Workload, _ scratch: [Solution.Scratch], _ place: String
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
            case "grid": launch.grid = try sizes(parts[1], place)
            case "block": launch.block = try sizes(parts[1], place)
            case "shared":
                guard let bytes = Int(parts[1]), bytes >= 0 else {
                    throw malformed(place, "shared takes a number of bytes")
                }
                launch.sharedBytes = bytes
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

    private static func sizes(_ text: String, _ place: String) throws(KernelwrightError) -> [Int] {
        let sizes = text.split(separator: ",").map { Int($0) ?? 0 }
        guard (1...3).contains(sizes.count), sizes.allSatisfy({ $0 > 0 }) else {
            throw malformed(place, "'\(text)' is not one to three positive sizes")
        }
        return sizes
    }

    fileprivate static func malformed(_ place: String, _ what: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "\(place): \(what)",
            hint: "write '// kw: launch NAME grid=X[,Y[,Z]] block=X[,Y[,Z]] [args=a,b,int32:4] [shared=BYTES] "
                + "[phase=prepare]' or '// kw: scratch NAME BYTES'")
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
