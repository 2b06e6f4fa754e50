/// From lines of PTX to lines of CUDA C++, by the directives `.file` and `.loc`
/// (https://docs.nvidia.com/cuda/parallel-thread-execution/#debugging-directives-loc).
struct PTXLineMap {
    /// A line of a file, and the one it was inlined at.
    struct Location: Sendable, Hashable {
        var file: String
        var line: Int
        var callers: [SASSLocation] = []

        /// The place itself, or the innermost call of it in a file that the predicate accepts.
        func nearest(_ isOwn: (String) -> Bool) -> SASSLocation {
            let places = [SASSLocation(file: file, line: line)] + callers
            return places.first { isOwn($0.file) } ?? places[0]
        }
    }

    private struct Mark {
        var ptxLine: Int
        var file: Int
        var line: Int
        var caller: (file: Int, line: Int)?
    }

    private var marks: [Mark] = []
    private var files: [Int: String] = [:]
    /// The line at which each function begins.
    private var functions: [String: Int] = [:]

    init(_ ptx: String) {
        var number = 0
        // Empty lines count.
        for line in ptx.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" }) {
            number += 1
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == "(" }
            guard let first = words.first else { continue }
            switch first {
            case ".loc": addMark(words, number)
            case ".file": addFile(line, words)
            case ".visible", ".weak", ".entry", ".func": addFunction(words, number)
            default: break
            }
        }
    }

    /// The place of a line of PTX, counted from 1; nil where nothing before it says one.
    func location(ofLine line: Int) -> Location? {
        let start = functions.values.filter { $0 <= line }.max() ?? 0
        return marks.last { $0.ptxLine <= line && $0.ptxLine >= start }.flatMap(location)
    }

    /// Where a function begins.
    func location(ofFunction name: String) -> Location? {
        guard let start = functions[name] else { return nil }
        return marks.first { $0.ptxLine >= start }.flatMap(location)
    }

    private func location(_ mark: Mark) -> Location? {
        guard let file = files[mark.file] else { return nil }
        let caller = mark.caller.flatMap { place in
            files[place.file].map { SASSLocation(file: $0, line: place.line) }
        }
        return Location(file: file, line: mark.line, callers: caller.map { [$0] } ?? [])
    }

    private mutating func addMark(_ words: [Substring], _ number: Int) {
        guard words.count >= 3, let file = Int(words[1]), let line = Int(words[2]), line > 0 else { return }
        var mark = Mark(ptxLine: number, file: file, line: line, caller: nil)
        if let place = words.firstIndex(of: "inlined_at"), place + 2 < words.count, let file = Int(words[place + 1]),
            let line = Int(words[place + 2])
        {
            mark.caller = (file, line)
        }
        marks.append(mark)
    }

    private mutating func addFile(_ line: Substring, _ words: [Substring]) {
        guard words.count >= 3, let number = Int(words[1]) else { return }
        let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
        if quoted.count >= 3 { files[number] = String(quoted[1]) }
    }

    private mutating func addFunction(_ words: [Substring], _ number: Int) {
        guard let kind = words.firstIndex(where: { $0 == ".entry" || $0 == ".func" }), kind + 1 < words.count else {
            return
        }
        functions[String(words[kind + 1])] = number
    }
}
