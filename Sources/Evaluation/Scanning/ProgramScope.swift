/// Finds variables that outlive a call, by the shape of declarations.
enum ProgramScope {
    /// The first token of the first declaration of a variable, outside functions or static within one, that is not
    /// constant.
    static func firstVariable(in tokens: [SourceToken]) -> SourceToken? {
        let code = tokens.filter { $0.directive == nil && $0.text != "#" }
        return firstAtFileScope(code) ?? firstStatic(code)
    }

    private static let constant: Set<String> = ["__constant", "constant", "const"]
    private static let definitions: Set<String> = ["typedef", "struct", "union", "enum", "__kernel", "kernel"]

    private static func firstAtFileScope(_ code: [SourceToken]) -> SourceToken? {
        var depth = 0
        var declaration: [SourceToken] = []
        for token in code {
            switch token.text {
            case "(", "[", "{":
                if depth == 0 { declaration.append(token) }
                depth += 1
            case ")", "]":
                depth -= 1
            case "}":
                depth -= 1
                // A function ends with its body; an initializer or a structure goes on.
                if depth == 0, declaration.contains(where: { $0.text == "(" }),
                    !declaration.contains(where: { $0.text == "=" })
                {
                    declaration = []
                }
            case ";" where depth == 0:
                if isVariable(declaration) { return declaration.first }
                declaration = []
            default:
                if depth == 0 { declaration.append(token) }
            }
        }
        return nil
    }

    /// Whether a declaration at file scope declares something that can be written.
    private static func isVariable(_ declaration: [SourceToken]) -> Bool {
        let head = declaration.prefix { $0.text != "=" }
        guard let first = head.first, first.text != "typedef" else { return false }
        let attributes = head.indices.filter { head[$0].text.hasPrefix("__attribute") }
        // A parenthesis that is not an attribute's belongs to a function.
        if head.indices.contains(where: { head[$0].text == "(" && !attributes.contains($0 - 1) }) { return false }
        let names = head.filter { $0.kind == .identifier }
        if names.count < 2 || isTypeOnly(head) { return false }
        let last = head.lastIndex { $0.text == "*" }.map { head[$0...] } ?? head
        return !last.contains { constant.contains($0.text) }
    }

    /// `struct S { … }` without a variable behind it.
    private static func isTypeOnly(_ head: ArraySlice<SourceToken>) -> Bool {
        guard head.contains(where: { definitions.contains($0.text) }) else { return false }
        guard let brace = head.lastIndex(where: { $0.text == "{" }) else {
            return head.count <= 2
        }
        return !head[brace...].contains { $0.kind == .identifier && !$0.text.hasPrefix("__attribute") }
    }

    /// A `static` local, which lives as long as the program; static functions stand outside braces.
    private static func firstStatic(_ code: [SourceToken]) -> SourceToken? {
        var depth = 0
        for (index, token) in code.enumerated() {
            if token.text == "{" { depth += 1 }
            if token.text == "}" { depth -= 1 }
            guard depth > 0, token.text == "static" else { continue }
            let declaration = code[index...].prefix(64).prefix { $0.text != ";" && $0.text != "=" }
            if !declaration.contains(where: { constant.contains($0.text) }) { return token }
        }
        return nil
    }
}
