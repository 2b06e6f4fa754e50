import Foundation

/// The fenced code blocks of a text in Markdown, and what stands around them.
///
/// Source: CommonMark 0.31, section 4.5 "Fenced code blocks".
struct FencedBlocks: Sendable, Hashable {
    struct Block: Sendable, Hashable {
        /// The words behind the opening fence, e.g. `opencl`.
        var info: String
        var content: String
        /// Whether there is a closing fence.
        var isClosed: Bool
    }

    private(set) var blocks: [Block] = []
    /// The lines outside of all blocks.
    private(set) var outside: [String] = []

    /// Parts a text; a line ends with LF, CR or both. O(characters).
    init(_ text: String) {
        var open: (fence: Fence, lines: [String])?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init) {
            if let fence = open?.fence {
                if fence.isClosed(by: line), let block = open {
                    blocks.append(Block(info: fence.info, content: block.lines.asText, isClosed: true))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if let fence = Fence(line) {
                open = (fence, [])
            } else {
                outside.append(line)
            }
        }
        if let (fence, lines) = open {
            blocks.append(Block(info: fence.info, content: lines.asText, isClosed: false))
        }
    }

    /// A line of three or more backticks or tildes.
    private struct Fence: Hashable {
        let character: Character
        let length: Int
        let info: String

        init?(_ line: String) {
            let text = line.drop { $0 == " " }
            guard line.count - text.count < 4, let first = text.first, first == "`" || first == "~" else { return nil }
            character = first
            length = text.prefix { $0 == first }.count
            info = text.dropFirst(length).trimmingCharacters(in: .whitespaces)
            guard length >= 3, first == "~" || !info.contains("`") else { return nil }
        }

        func isClosed(by line: String) -> Bool {
            guard let other = Fence(line) else { return false }
            return other.character == character && other.length >= length && other.info.isEmpty
        }
    }
}

extension [String] {
    /// The lines with a line break behind each.
    fileprivate var asText: String { map { $0 + "\n" }.joined() }
}
