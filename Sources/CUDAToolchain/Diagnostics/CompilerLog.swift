/// Reads what NVRTC prints: messages of the front end, of the assembler and its own.
///
/// The front end prints a message, the source line and a caret under the place:
/// ```
/// kernel.cu(2): error: identifier "size" is undefined
///       x[0] = size;
///              ^
/// ```
struct CompilerLog {
    private(set) var diagnostics: [CUDADiagnostic] = []
    private let source: CUDASource
    private let map: PTXLineMap
    /// The line that may have a caret under it.
    private var echo: Substring?

    /// - Parameters:
    ///   - source: gives files their names.
    ///   - ptx: what the assembler's line numbers count in; empty where it was not reached.
    init(_ log: String, source: CUDASource, ptx: String) {
        self.source = source
        map = PTXLineMap(ptx)
        for line in log.split(whereSeparator: \.isNewline) { read(line) }
        // The assembler's last word is news only where it is the only one.
        let hasError = diagnostics.contains { $0.severity == .error && !Self.isLastWord($0) }
        if hasError { diagnostics.removeAll(where: Self.isLastWord) }
    }

    private static func isLastWord(_ diagnostic: CUDADiagnostic) -> Bool {
        diagnostic.origin == .assembler && diagnostic.message.hasSuffix("aborted due to errors")
    }

    private mutating func read(_ line: Substring) {
        if let message = AssemblerMessage(line) {
            add(message)
        } else if let diagnostic = driverMessage(line) ?? compilerMessage(line) {
            diagnostics.append(diagnostic)
            echo = nil
        } else if let last = diagnostics.indices.last, diagnostics[last].origin == .compiler {
            continueMessage(line, last)
        }
    }

    private mutating func add(_ message: AssemblerMessage) {
        guard let severity = message.severity else { return }
        let place = message.line.flatMap(map.location(ofLine:)) ?? message.function.flatMap(map.location(ofFunction:))
        let location = place.map { $0.nearest { source.isOwn($0) } }
        diagnostics.append(
            CUDADiagnostic(
                severity: severity, origin: .assembler, message: message.text,
                file: location.map { source.shortened($0.file) }, line: location?.line))
    }

    /// `nvrtc: error: …`
    private func driverMessage(_ line: Substring) -> CUDADiagnostic? {
        guard line.hasPrefix("nvrtc: ") else { return nil }
        let rest = line.dropFirst("nvrtc: ".count)
        for (word, severity) in Self.severities where rest.hasPrefix(word) {
            let message = rest.dropFirst(word.count).drop { $0 == ":" || $0 == " " }
            return CUDADiagnostic(severity: severity, origin: .driver, message: String(message))
        }
        return nil
    }

    /// `file(line): severity #number: …`
    private func compilerMessage(_ line: Substring) -> CUDADiagnostic? {
        guard let first = line.first, !first.isWhitespace else { return nil }
        var rest = line
        while let end = rest.firstRange(of: "): ") {
            defer { rest = rest[end.upperBound...] }
            let digits = line[..<end.lowerBound].reversed().prefix { $0.isASCII && $0.isNumber }
            let name = line[..<end.lowerBound].dropLast(digits.count)
            guard name.last == "(", let number = Int(String(digits.reversed())) else { continue }
            let text = line[end.upperBound...]
            for (word, severity) in Self.severities where text.hasPrefix(word) {
                return message(text.dropFirst(word.count), severity, file: String(name.dropLast()), line: number)
            }
        }
        return nil
    }

    private func message(
        _ text: Substring, _ severity: CUDADiagnostic.Severity, file: String, line: Int
    ) -> CUDADiagnostic? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let number = text[..<colon].drop { $0 == " " || $0 == "#" }
        // The compiler looks name expressions up in a file of its own.
        let isOwn = file != "__nv_name_map"
        return CUDADiagnostic(
            severity: severity, origin: .compiler, message: String(text[colon...].dropFirst().drop { $0 == " " }),
            file: isOwn ? source.shortened(file) : nil, line: isOwn ? line : nil,
            number: number.isEmpty ? nil : String(number))
    }

    /// A source line, the caret under it, or what led to the message.
    private mutating func continueMessage(_ line: Substring, _ last: Int) {
        let text = line.drop { $0 == " " || $0 == "\t" }
        if text == "^" {
            // The source line is printed behind two blanks; tabs stand in the caret's line as they do in the source.
            let column = line.count - text.count - 2
            if echo != nil, diagnostics[last].file != nil { diagnostics[last].column = max(column, 0) + 1 }
            echo = nil
        } else if line.hasPrefix("          "), text.hasPrefix("detected during") || !diagnostics[last].notes.isEmpty {
            diagnostics[last].notes.append(String(text))
        } else if line.hasPrefix("  ") {
            echo = line
        }
    }

    private static let severities: [(String, CUDADiagnostic.Severity)] = [
        ("catastrophic error", .error), ("error", .error), ("warning", .warning), ("remark", .note), ("note", .note),
    ]
}

extension CUDASource {
    /// Whether a path is that of one of the files here.
    func isOwn(_ path: String) -> Bool { files.contains { path == $0.name || path.hasSuffix("/\($0.name)") } }
}
