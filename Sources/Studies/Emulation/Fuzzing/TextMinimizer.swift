/// Makes a text that shows a fault smaller by leaving out lines as long as it still does.
///
/// Tries pieces of half the text first, then smaller ones (Zeller and Hildebrandt, "Simplifying and isolating
/// failure-inducing input", 2002).
struct TextMinimizer {
    /// Attempts at most.
    var attempts: Int

    /// The smallest text found; the text itself where nothing can go.
    func minimized(_ text: String, showsFault: (String) async -> Bool) async -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var left = attempts
        var size = max(lines.count / 2, 1)
        while size >= 1, left > 0 {
            var start = 0
            var hasShrunk = false
            while start < lines.count, lines.count > 1, left > 0 {
                left -= 1
                let end = min(start + size, lines.count)
                let rest = lines[..<start] + lines[end...]
                if await showsFault(rest.joined(separator: "\n")) {
                    lines = Array(rest)
                    hasShrunk = true
                } else {
                    start = end
                }
            }
            // Single lines may go only after others went.
            if size == 1, !hasShrunk { break }
            size = max(size / 2, 1)
        }
        return lines.joined(separator: "\n")
    }
}
