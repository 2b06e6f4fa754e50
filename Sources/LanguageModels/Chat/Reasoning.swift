import Foundation

/// Parts an answer from the thinking before it, which models write between `<think>` and `</think>`.
///
/// Thinking is dropped from later turns: it fills the context and helps nothing there (Baronio et al.,
/// arXiv 2507.11948, section 3).
public struct Reasoning: Sendable, Hashable {
    /// Everything that was thought.
    public var thinking: String
    /// Everything else, without white space around it.
    public var answer: String

    /// Thinking that is not closed goes on to the end. A closing tag without an opening one ends thinking that the
    /// model's template had opened.
    public init(_ text: String) {
        var (thoughts, said): ([Substring], [Substring]) = ([], [])
        var rest = text[...]
        if let close = Self.first("</think>", in: rest),
            (Self.first("<think>", in: rest)?.lowerBound ?? rest.endIndex) > close.lowerBound
        {
            thoughts.append(rest[..<close.lowerBound])
            rest = rest[close.upperBound...]
        }
        while let open = Self.first("<think>", in: rest) {
            said.append(rest[..<open.lowerBound])
            let inside = rest[open.upperBound...]
            let close = Self.first("</think>", in: inside)
            thoughts.append(inside[..<(close?.lowerBound ?? inside.endIndex)])
            rest = inside[(close?.upperBound ?? inside.endIndex)...]
        }
        said.append(rest)
        thinking = Self.trimmed(thoughts.map { Self.trimmed($0) }.joined(separator: "\n"))
        answer = Self.trimmed(said.joined())
    }

    private static func first(_ tag: String, in text: Substring) -> Range<String.Index>? {
        text.range(of: tag, options: .caseInsensitive)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
