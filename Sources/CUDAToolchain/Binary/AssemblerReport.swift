/// What the assembler reports with `-v`: registers, memory and spills.
///
/// ```
/// ptxas info    : Compiling entry function 'spill' for 'sm_86'
/// ptxas info    : Function properties for spill
/// ptxas         .     120 bytes stack frame, 120 bytes spill stores, 120 bytes spill loads
/// ptxas info    : Used 64 registers, used 0 barriers, 120 bytes cumulative stack size, 372 bytes cmem[0]
/// ```
/// Source: https://docs.nvidia.com/cuda/cuda-compiler-driver-nvcc/#printing-code-generation-statistics.
public struct AssemblerReport: Sendable, Hashable {
    /// The kernels, in the assembler's order.
    public private(set) var kernels: [KernelResources] = []
    /// Device functions that kernels call, with their own stack and spills.
    public private(set) var functions: [KernelResources] = []
    /// Bytes of global variables.
    public private(set) var globalBytes = 0
    /// Bytes of constant memory of all kernels together, by bank.
    public private(set) var constantBytes: [Int: Int] = [:]

    /// An empty report, as of PTX alone.
    public init() {}

    /// Reads a log; lines that are no report are passed over.
    public init(log: String) {
        var compiled: Set<String> = []
        var current: KernelResources?
        for line in log.split(whereSeparator: \.isNewline) where line.hasPrefix("ptxas ") || line.hasPrefix(" ") {
            if let name = Self.name(in: line, after: "Compiling entry function '", until: "'") {
                compiled.insert(name)
            } else if let name = Self.name(in: line, after: "Function properties for ", until: " ") {
                finish(current, compiled)
                current = KernelResources(name: name, spillStoreBytes: 0, spillLoadBytes: 0)
            } else if line.contains("bytes stack frame") || line.contains("Used ") {
                current?.add(Self.figures(line))
            } else if line.contains("bytes gmem") {
                let figures = Self.figures(line)
                globalBytes += figures["bytes gmem"] ?? 0
                constantBytes.merge(Self.banks(figures)) { $0 + $1 }
            }
        }
        finish(current, compiled)
    }

    /// The kernel of a symbol.
    public subscript(name: String) -> KernelResources? { kernels.first { $0.name == name } }

    private mutating func finish(_ resources: KernelResources?, _ compiled: Set<String>) {
        guard let resources else { return }
        if compiled.contains(resources.name) { kernels.append(resources) } else { functions.append(resources) }
    }

    private static func name(in line: Substring, after start: String, until end: Character) -> String? {
        guard let range = line.firstRange(of: start) else { return nil }
        return String(line[range.upperBound...].prefix { $0 != end })
    }

    /// `Used 64 registers, 372 bytes cmem[0]` as `["registers": 64, "bytes cmem[0]": 372]`.
    private static func figures(_ line: Substring) -> [String: Int] {
        let text = line.firstIndex(of: ":").map { line[$0...].dropFirst() } ?? line.dropFirst("ptxas".count)
        var figures: [String: Int] = [:]
        for part in text.split(separator: ",") {
            let words = part.split(separator: " ").drop { Int($0) == nil }
            guard let number = words.first.flatMap({ Int($0) }) else { continue }
            figures[words.dropFirst().joined(separator: " "), default: 0] += number
        }
        return figures
    }

    /// The figures of `bytes cmem[N]`.
    fileprivate static func banks(_ figures: [String: Int]) -> [Int: Int] {
        var banks: [Int: Int] = [:]
        for (name, bytes) in figures where name.hasPrefix("bytes cmem[") {
            if let bank = Int(name.dropFirst("bytes cmem[".count).prefix(while: \.isNumber)) { banks[bank] = bytes }
        }
        return banks
    }
}

extension KernelResources {
    fileprivate mutating func add(_ figures: [String: Int]) {
        registers = figures["registers"] ?? registers
        barriers = figures["barriers"] ?? barriers
        sharedBytes = figures["bytes smem"] ?? sharedBytes
        // A function's own frame, and then with those of the functions it calls.
        stackBytes = figures["bytes cumulative stack size"] ?? figures["bytes stack frame"] ?? stackBytes
        spillStoreBytes = figures["bytes spill stores"] ?? spillStoreBytes
        spillLoadBytes = figures["bytes spill loads"] ?? spillLoadBytes
        constantBytes.merge(AssemblerReport.banks(figures)) { $1 }
    }
}
