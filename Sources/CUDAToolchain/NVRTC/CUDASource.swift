/// CUDA C++ in memory: one translation unit and the headers it may include by name.
public struct CUDASource: Sendable, Hashable {
    /// A text and what messages call it.
    public struct File: Sendable, Hashable {
        /// What messages and `#include` call it.
        public var name: String
        /// CUDA C++.
        public var text: String

        /// Names a text.
        public init(name: String, text: String) {
            (self.name, self.text) = (name, text)
        }
    }

    /// What messages and line information call the text.
    public var name: String
    /// CUDA C++, with its `#line` directives where it was joined.
    public var text: String
    /// Found before any file of that name.
    public var headers: [File]
    /// What the text was joined from, in order; empty where it is one file.
    public let parts: [File]

    /// Makes a source of one file.
    public init(name: String, text: String, headers: [File] = []) {
        (self.name, self.text, self.headers, parts) = (name, text, headers, [])
    }

    /// Makes a source of several files, joined in order, each under its own `#line`, so that messages name its lines.
    public init(files: [File], headers: [File] = []) {
        let joined = files.map { file in
            let name = file.name.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
            return "#line 1 \"\(name)\"\n\(file.text)"
        }
        name = files.first?.name ?? "kernel.cu"
        text = joined.joined(separator: "\n")
        self.headers = headers
        parts = files
    }

    /// Every file that a message can be about.
    public var files: [File] {
        (parts.isEmpty ? [File(name: name, text: text)] : parts) + headers
    }

    /// A path as the compiler wrote it, under the name it has here.
    ///
    /// The compiler puts the working folder in front of a relative name in line information.
    public func shortened(_ path: String) -> String {
        let names = files.map(\.name).filter { path == $0 || path.hasSuffix("/\($0)") }
        return names.max { $0.count < $1.count } ?? path
    }
}
