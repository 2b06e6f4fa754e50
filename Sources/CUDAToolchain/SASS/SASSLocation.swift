/// A line of a source file.
public struct SASSLocation: Sendable, Hashable, CustomStringConvertible {
    /// As the tool wrote it, or under the name it has in the source.
    public var file: String
    /// Counted from 1.
    public var line: Int

    /// Names a line, counted from 1.
    public init(file: String, line: Int) {
        (self.file, self.line) = (file, line)
    }

    /// `kernel.cu:3`.
    public var description: String { "\(file):\(line)" }
}
