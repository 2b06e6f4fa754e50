import Rendering

/// Inline assembly that CUDA C++ has no other words for: the products of tensor cores, conversions to their formats,
/// and copies that bypass registers.
///
/// PTX cannot reach the operating system, but it can name special registers, stop the machine and jump. So a statement
/// passes only if it is one that the renderer itself writes, or consists of instructions of the list, on operands of its
/// own: `%0`, `{%0, %1}`.
enum InlinePTX {
    /// What an instruction's name may begin with.
    static let instructions = ["mma.sync.aligned.", "cvt.rn.f16x2.f32", "cvt.rn.bf16x2.f32", "cvt.rna.tf32.f32"]

    /// Whole statements that pass: their addresses stand in brackets, which others may not.
    private static let copies = KnownAssembly.instructions(.cuda)

    /// Whether sources in CUDA C++ may hold such statements: not where a macro gives their words another meaning.
    static func isPossible(in tokens: [SourceToken]) -> Bool {
        !tokens.contains { $0.directive == "define" && $0.text == "volatile" }
    }

    /// Whether the word `asm` at an index begins such a statement; one in a macro never does.
    static func isAllowed(_ tokens: [SourceToken], at index: Int) -> Bool {
        var rest = tokens[index...].dropFirst()
        guard tokens[index].directive == nil, tokens[index].text == "asm" else { return false }
        if rest.first?.text == "volatile" { rest = rest.dropFirst() }
        guard rest.first?.text == "(", let text = rest.dropFirst().first, text.kind == .string,
            rest.dropFirst(2).first?.text == ":", let code = Self.body(of: text.text)
        else { return false }
        if copies.contains(code) { return true }
        let statements = code.split(separator: ";")
        return !statements.isEmpty && statements.allSatisfy { isAllowed($0) }
    }

    /// The types that matrix products in a source are of, e.g. `bf16`, `tf32`.
    static func types(in tokens: [SourceToken]) -> Set<String> {
        let names = tokens.filter { $0.kind == .string && $0.text.contains("mma.") }
            .flatMap { $0.text.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return Set(names).intersection(["f16", "bf16", "tf32"])
    }

    /// The characters between the quotes; nil for a literal with escapes, or of another kind.
    private static func body(of literal: String) -> String? {
        guard literal.count >= 2, literal.first == "\"", literal.last == "\"", !literal.contains("\\") else {
            return nil
        }
        return String(literal.dropFirst().dropLast())
    }

    private static func isAllowed(_ statement: Substring) -> Bool {
        let words = statement.split(separator: " ", maxSplits: 1)
        guard words.count == 2, instructions.contains(where: { words[0].hasPrefix($0) }) else { return false }
        return words[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
            && words[1].allSatisfy { "%{}, 0123456789".contains($0) }
    }
}
