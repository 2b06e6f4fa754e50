/// Deterministic C identifiers for the names of a program: no keyword, no built-in, no two alike.
struct Identifiers: Sendable {
    private var used: Set<String>
    private var assigned: [String: String] = [:]
    private var counters: [String: Int] = [:]
    private let prefix: String
    private let reservedPrefix: String?

    /// - Parameters:
    ///   - reserved: words of the language that no name may take.
    ///   - reservedPrefix: what makes any name that begins with it such a word.
    ///   - prefix: what axes' names need not begin with, since all of the kernel stands under it.
    init(reserved: Set<String>, reservedPrefix: String? = nil, prefix: String = "") {
        (used, self.reservedPrefix, self.prefix) = (reserved, reservedPrefix, prefix)
    }

    /// The identifier of a name within a kind (`axis`, `buffer`); the same each time it is asked for.
    mutating func name(_ original: String, kind: String) -> String {
        let key = "\(kind) \(original)"
        if let known = assigned[key] { return known }
        let isLong = kind == "axis" && !prefix.isEmpty && original.hasPrefix(prefix) && original != prefix
        let name = unused(Self.spelling(isLong ? String(original.dropFirst(prefix.count)) : original))
        assigned[key] = name
        return name
    }

    /// A name that nothing else has: `base_0`, `base_1`, …
    mutating func fresh(_ base: String) -> String {
        var count = counters[base, default: 0]
        while used.contains("\(base)_\(count)") { count += 1 }
        counters[base] = count + 1
        used.insert("\(base)_\(count)")
        return "\(base)_\(count)"
    }

    /// Keeps a name out of what `name` and `fresh` give from now on.
    mutating func reserve(_ name: String) { used.insert(name) }

    private mutating func unused(_ spelling: String) -> String {
        var (name, count) = (spelling, 1)
        if let reservedPrefix, name.hasPrefix(reservedPrefix) { used.insert(name) }
        while used.contains(name) {
            count += 1
            name = "\(spelling)_\(count)"
        }
        used.insert(name)
        return name
    }

    /// The name with every character C does not allow made an underscore.
    static func spelling(_ original: String) -> String {
        let text = String(original.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        guard let first = text.first, !first.isNumber else { return "_" + text }
        return text
    }
}
