/// A line of the source that a kernel was compiled from.
public struct SourceLine: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// As the source calls it, without the compiler's working folder.
    public var file: String
    /// Counted from 1.
    public var line: Int

    /// Names a line.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// `sgemm.cu:23`.
    public var description: String { "\(file):\(line)" }

    public static func < (left: SourceLine, right: SourceLine) -> Bool {
        (left.file, left.line) < (right.file, right.line)
    }
}

/// A line, as deep in loops: what PTX and machine code have in common, and what runs equally often.
public struct CodePlace: Sendable, Hashable, Codable, Comparable {
    /// Nil where the compiler names none.
    public var line: SourceLine?
    /// Loops of the function around the code; 0 outside all.
    public var depth: Int

    /// Names a place.
    public init(line: SourceLine?, depth: Int) {
        self.line = line
        self.depth = depth
    }

    /// By line, then by depth; code without a line comes last.
    public static func < (left: CodePlace, right: CodePlace) -> Bool {
        switch (left.line, right.line) {
        case (nil, nil): return left.depth < right.depth
        case (nil, _): return false
        case (_, nil): return true
        case (let first?, let second?): return (first, left.depth) < (second, right.depth)
        }
    }
}

/// The user's files among those that a compiler names by paths.
struct SourceNames {
    /// The user's own; empty where they are not known, and then every file counts as one.
    let files: [String]
    /// The paths by the numbers that locations use.
    let paths: [Int: String]

    /// The innermost place in a file of the user's, or else the innermost one; nil for code of no line.
    func line(of location: PTXSourceLocation) -> SourceLine? {
        let innermost = PTXSourcePosition(file: location.file, line: location.line, column: location.column)
        let positions = [innermost] + location.inlinedAt
        let position = positions.first { files.isEmpty || own(paths[$0.file] ?? "") != nil } ?? innermost
        guard position.line > 0, let path = paths[position.file] else { return nil }
        return SourceLine(file: own(path) ?? Self.lastComponent(path), line: position.line)
    }

    /// The user's name of a file: compilers put the working folder in front of it.
    private func own(_ path: String) -> String? {
        files.filter { path == $0 || path.hasSuffix("/\($0)") }.max { $0.count < $1.count }
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
