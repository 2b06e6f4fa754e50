/// How much of a known number of steps is done, as text: `[######----] 12/20`.
struct ProgressBar: CustomStringConvertible {
    let description: String

    /// - Parameter columns: characters between the brackets.
    init(done: Int, of total: Int, columns: Int = 20) {
        let filled = total > 0 ? columns * min(done, total) / total : columns
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: columns - filled)
        description = "[\(bar)] \(done)/\(total)"
    }
}
