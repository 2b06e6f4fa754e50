/// A text by others as data: in a fence that nothing in the text can close.
///
/// Kernels, compilers' messages and models' summaries may hold anything, also words to the reader; the system message
/// says that fences hold data.
struct Quotation: Sendable, Hashable {
    /// The fence with the text in it.
    let text: String

    /// - Parameter info: the word behind the opening fence.
    init(_ content: String, info: String = "") {
        var (longest, run) = (0, 0)
        for character in content {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        let end = content.isEmpty || content.last?.isNewline == true ? "" : "\n"
        text = "\(fence)\(info)\n\(content)\(end)\(fence)"
    }
}
