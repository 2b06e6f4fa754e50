/// Caches and vector registers of the host's processor, as Linux reports them.
struct CPUTopology: Sendable {
    /// Bytes of the data or unified cache of each level that the first core sees.
    var cacheBytes: [Int: Int]
    /// What the processor calls itself.
    var modelName: String
    /// Architectural vector registers.
    var vectorRegisters: Int

    /// Reads `/sys/devices/system/cpu` and `/proc/cpuinfo`; what is missing there is left out.
    static func read() -> CPUTopology {
        let information = text("/proc/cpuinfo") ?? ""
        return CPUTopology(
            cacheBytes: caches(in: "/sys/devices/system/cpu/cpu0/cache"),
            modelName: field("model name", in: information) ?? field("CPU part", in: information) ?? "unknown",
            vectorRegisters: registers(information))
    }

    private static func caches(in folder: String) -> [Int: Int] {
        var sizes: [Int: Int] = [:]
        for index in 0..<16 {
            let place = "\(folder)/index\(index)"
            guard let type = text("\(place)/type"), type != "Instruction" else { continue }
            guard let level = text("\(place)/level").flatMap({ Int($0) }) else { continue }
            sizes[level] = text("\(place)/size").flatMap(bytes)
        }
        return sizes
    }

    /// Reads sizes such as `48K`.
    static func bytes(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        guard let last = text.last else { return nil }
        guard let unit = units[last] else { return Int(text) }
        return Int(text.dropLast()).map { $0 * unit }
    }

    private static func registers(_ information: String) -> Int {
        #if arch(x86_64)
            information.contains(" avx512f") ? 32 : 16
        #else
            32
        #endif
    }

    private static func field(_ name: String, in information: String) -> String? {
        guard let line = information.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        return line.split(separator: ":", maxSplits: 1).last.map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
    }

    private static func text(_ path: String) -> String? {
        guard let text = SystemFile.text(path) else { return nil }
        return String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
}
