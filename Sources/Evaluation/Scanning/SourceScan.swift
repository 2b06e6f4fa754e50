import Rendering

/// A quick look at a solution's sources for what no kernel needs and attacks do.
///
/// Triage, never proof: no macro is expanded and no type is known, so a determined author gets by. What holds is the
/// sandbox and the comparison of data; the scan spares them the obvious and gives authors a line to look at.
public struct SourceScan: Sendable {
    /// The first broken rule, in the order of the sources; nil for sources without one.
    public let finding: SourceFinding?
    /// What the sources say about precision.
    public let precision: PrecisionUse

    /// Scans every source and the definitions among the options; linear in their length.
    public init(_ solution: Solution) {
        let files =
            [("options", Self.tokens(of: solution.options))]
            + solution.sources.map { ($0.path, SourceTokenizer.tokens(of: $0.content)) }
        let tokens = files.flatMap(\.1)
        // A macro of that name could put other text before an instruction.
        let allowsPTX = solution.target.language == .cuda && InlinePTX.isPossible(in: tokens)
        finding =
            files.lazy.compactMap { path, tokens in Self.firstFinding(in: tokens, path: path, allowsPTX) }.first
            ?? Self.firstPasting(in: files)
        precision = PrecisionUse(
            identifiers: Set(tokens.filter { $0.kind == .identifier }.map(\.text)).union(InlinePTX.types(in: tokens)),
            options: solution.options)
    }

    /// Attributes that shape kernels, types and loops, without the underscores around them.
    static let attributes: Set<String> = [
        "reqd_work_group_size", "work_group_size_hint", "vec_type_hint", "intel_reqd_sub_group_size", "aligned",
        "packed", "unused", "always_inline", "noinline", "flatten", "const", "pure", "nothrow", "overloadable",
        "opencl_unroll_hint", "endian", "may_alias", "ext_vector_type", "vector_size", "fallthrough", "convergent",
    ]

    private static let forbidden: [String: SourceRule] = [
        "asm": .inlineAssembly, "__asm": .inlineAssembly, "__asm__": .inlineAssembly, "__declspec": .attribute,
        "constructor": .attribute, "__constructor__": .attribute, "__has_include": .include,
        "__has_include_next": .include, "_Pragma": .pragma,
    ]

    /// Definitions by option stand at line 0.
    private static func tokens(of options: [String]) -> [SourceToken] {
        options.flatMap { option in
            SourceTokenizer.tokens(of: String(option.dropFirst(option.hasPrefix("-D") ? 2 : 0))).map { token in
                var token = token
                token.line = 0
                token.directive = "define"
                return token
            }
        }
    }

    private static func firstFinding(
        in tokens: [SourceToken], path: String, _ allowsPTX: Bool
    ) -> SourceFinding? {
        func found(_ rule: SourceRule, _ token: SourceToken, _ text: String? = nil) -> SourceFinding {
            SourceFinding(rule: rule, path: path, line: token.line, text: text ?? token.text)
        }
        for (index, token) in tokens.enumerated() where token.kind == .identifier {
            if let rule = forbidden[token.text], !(allowsPTX && InlinePTX.isAllowed(tokens, at: index)) {
                return found(rule, token)
            }
            if token.directive == "", ["include", "include_next", "import", "embed"].contains(token.text) {
                return found(.include, token)
            }
            if token.directive == "", token.text == "pragma", let text = illegalPragma(tokens, after: index) {
                return found(.pragma, token, text)
            }
            if ["__attribute__", "__attribute"].contains(token.text),
                let text = illegalAttribute(tokens, after: index)
            {
                return found(.attribute, token, text)
            }
        }
        if let token = ProgramScope.firstVariable(in: tokens) { return found(.programScopeVariable, token) }
        if let token = PointerCasts.firstFromInteger(in: tokens) { return found(.integerToPointer, token) }
        return nil
    }

    /// The first attribute of a list that is not allowed.
    private static func illegalAttribute(_ tokens: [SourceToken], after index: Int) -> String? {
        var depth = 0
        for token in tokens[(index + 1)...] {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 0 { return nil }
            guard depth == 2, token.kind == .identifier else { continue }
            let trimmed = token.text.hasPrefix("__") && token.text.hasSuffix("__")
            let name = trimmed ? String(token.text.dropFirst(2).dropLast(2)) : token.text
            if !attributes.contains(name) { return token.text }
        }
        return nil
    }

    private static let pragmas: [[String]] = [
        ["OPENCL"], ["unroll"], ["nounroll"], ["clang", "loop"], ["clang", "fp"], ["STDC"], ["GCC", "unroll"],
    ]

    private static func illegalPragma(_ tokens: [SourceToken], after index: Int) -> String? {
        let words = tokens[(index + 1)...].prefix { $0.directive == "pragma" }.map(\.text)
        return pragmas.contains { words.starts(with: $0) } ? nil : words.prefix(3).joined(separator: " ")
    }

    /// A forbidden word that token pasting could make from words of the sources.
    private static func firstPasting(in files: [(String, [SourceToken])]) -> SourceFinding? {
        let all = files.flatMap(\.1)
        guard let paste = all.first(where: { $0.text == "##" }) else { return nil }
        let path = files.first { $0.1.contains(paste) }?.0 ?? ""
        let words = Set(all.filter { $0.kind != .punctuator }.map(\.text))
        for (word, rule) in forbidden.sorted(by: { $0.key < $1.key }) where isMade(word, of: words) {
            return SourceFinding(rule: rule, path: path, line: paste.line, text: "## may make \(word)")
        }
        return nil
    }

    /// Whether a word is two others in a row, or several of at least two letters.
    private static func isMade(_ word: String, of parts: Set<String>) -> Bool {
        let cuts = word.indices.dropFirst()
        if cuts.contains(where: { parts.contains(String(word[..<$0])) && parts.contains(String(word[$0...])) }) {
            return true
        }
        return cuts.contains { cut in
            let head = word[..<cut], tail = String(word[cut...])
            return head.count >= 2 && parts.contains(String(head)) && tail.count >= 2 && isMade(tail, of: parts)
        }
    }
}
