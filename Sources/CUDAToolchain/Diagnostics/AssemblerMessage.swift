/// One line of the assembler: `ptxas application ptx input, line 39; error   : Unknown modifier '.an'`.
struct AssemblerMessage {
    /// Nil for information about registers and memory, which is no message to the user.
    let severity: CUDADiagnostic.Severity?
    /// The line of the PTX, counted from 1.
    let line: Int?
    /// The kernel that the text names.
    let function: String?
    let text: String

    /// Nil where the line is not the assembler's.
    init?(_ line: Substring) {
        guard line.hasPrefix("ptxas ") else { return nil }
        guard let colon = line.firstIndex(of: ":") else {
            // The report goes on in lines without one.
            (severity, self.line, function, text) = (nil, nil, nil, String(line))
            return
        }
        let head = line[..<colon].dropFirst("ptxas ".count).drop { $0 == " " }
        let word = head.split(separator: " ").last.map(String.init) ?? ""
        text = String(line[colon...].dropFirst().drop { $0 == " " })
        severity =
            switch word {
            case "error", "fatal": .error
            case "warning": .warning
            // "(C7510) Potential Performance Loss: …" is advice, the rest is the report.
            case "info": text.hasPrefix("(") ? .note : nil
            default: nil
            }
        // The text also counts lines: `Unexpected EOF encountered on line 702`.
        let place = head.firstRange(of: ", line ").map { head[$0.upperBound...].prefix(while: \.isNumber) }
        self.line = head.hasPrefix("application") ? place.flatMap { Int($0) } : nil
        function = Self.quoted(text)
    }

    /// What follows the word "function" in quotation marks, as in `Entry function 'k' uses too much shared data`.
    private static func quoted(_ text: String) -> String? {
        for start in ["unction '", "for entry "] {
            guard let range = text.firstRange(of: start) else { continue }
            let name = text[range.upperBound...].prefix { $0 != "'" && $0 != " " }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }
}
