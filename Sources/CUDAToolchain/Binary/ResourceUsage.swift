/// What `cuobjdump -res-usage` says of a cubin.
///
/// ```
/// Resource usage:
///  Common:
///   GLOBAL:0
///  Function saxpy:
///   REG:12 STACK:0 SHARED:0 LOCAL:0 CONSTANT[0]:380 TEXTURE:0 SURFACE:0 SAMPLER:0
/// ```
/// Source: https://docs.nvidia.com/cuda/cuda-binary-utilities/#cuobjdump.
public struct ResourceUsage: Sendable, Hashable {
    /// The kernels, in the order of the file; their spills are not known.
    public private(set) var kernels: [KernelResources] = []
    /// Bytes of global variables.
    public private(set) var globalBytes = 0

    /// Reads the output; lines that say nothing of this are passed over.
    ///
    /// - Parameter reservedSharedBytes: what the system adds to the shared memory of each kernel that has some:
    ///   1024 bytes in code for compute capability 9.0 and later, 0 in other code.
    public init(_ text: String, reservedSharedBytes: Int = 0) {
        var name: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("Function ") {
                // A name may hold no blank; the colon is the line's last character.
                name = String(trimmed.dropFirst("Function ".count).prefix { $0 != ":" && $0 != " " })
            } else if let kernel = name, trimmed.hasPrefix("REG:") {
                kernels.append(Self.resources(kernel, Self.figures(trimmed), reservedSharedBytes))
                name = nil
            } else if trimmed.hasPrefix("GLOBAL:") {
                globalBytes += Self.figures(trimmed)["GLOBAL"] ?? 0
            }
        }
    }

    /// The kernel of a symbol.
    public subscript(name: String) -> KernelResources? { kernels.first { $0.name == name } }

    private static func resources(_ name: String, _ figures: [String: Int], _ reserved: Int) -> KernelResources {
        var banks: [Int: Int] = [:]
        for (key, bytes) in figures where key.hasPrefix("CONSTANT[") {
            if let bank = Int(key.dropFirst("CONSTANT[".count).dropLast()) { banks[bank] = bytes }
        }
        return KernelResources(
            name: name, registers: figures["REG"] ?? 0, sharedBytes: max((figures["SHARED"] ?? 0) - reserved, 0),
            stackBytes: max(figures["STACK"] ?? 0, figures["LOCAL"] ?? 0), constantBytes: banks)
    }

    private static func figures(_ line: Substring) -> [String: Int] {
        var figures: [String: Int] = [:]
        for word in line.split(separator: " ") {
            let parts = word.split(separator: ":")
            if parts.count == 2, let number = Int(parts[1]) { figures[String(parts[0])] = number }
        }
        return figures
    }
}
