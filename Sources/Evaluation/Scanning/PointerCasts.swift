/// Finds casts from numbers to pointers, by the shape of expressions: types are not known here.
enum PointerCasts {
    /// The first token of the first cast to a pointer whose operand mentions no pointer and no array.
    ///
    /// Casts in macros, casts of what a function returns, and sources that hide pointers behind names of types are let
    /// pass.
    static func firstFromInteger(in tokens: [SourceToken]) -> SourceToken? {
        let code = tokens.filter { $0.directive == nil }
        guard !hidesPointers(tokens) else { return nil }
        let pointers = pointerNames(in: tokens)
        for index in code.indices where code[index].text == "(" {
            guard let end = pointerCast(code, from: index), let operand = operand(code, from: end + 1) else { continue }
            if !operand.contains(where: { pointers.contains($0.text) || $0.text == "&" || $0.kind == .string }) {
                return code[index + 1]
            }
        }
        return nil
    }

    private static let qualifiers: Set<String> = ["const", "restrict", "volatile", "__restrict", "__restrict__"]

    /// The index of the closing parenthesis of `(type *)`.
    private static func pointerCast(_ code: [SourceToken], from open: Int) -> Int? {
        let inside = code[(open + 1)...].prefix(longest).prefix { $0.kind == .identifier || $0.text == "*" }
        guard inside.endIndex < code.count, code[inside.endIndex].text == ")", inside.first?.kind == .identifier,
            let last = inside.last(where: { !qualifiers.contains($0.text) }), last.text == "*"
        else { return nil }
        return inside.endIndex
    }

    /// Tokens that are looked at in one cast or declaration, so that no source takes more than linear time.
    private static let longest = 64

    /// The tokens that a cast binds to: a name, a number or a parenthesis; nil for calls and where there is none.
    private static func operand(_ code: [SourceToken], from start: Int) -> ArraySlice<SourceToken>? {
        guard start < code.count else { return nil }
        switch code[start].kind {
        case .number:
            return code[start].text == "0" ? nil : code[start...start]
        case .identifier:
            let isCall = start + 1 < code.count && code[start + 1].text == "("
            return isCall || code[start].text == "NULL" ? nil : code[start...start]
        case .punctuator where code[start].text == "(":
            guard let close = closing(code, from: start) else { return nil }
            // A cast in between, as in `(float *)(ulong)n`, binds to what follows it.
            let rest =
                close + 1 < code.count && [.identifier, .number].contains(code[close + 1].kind) ? close + 1 : close
            let inside = code[start...rest]
            let calls = inside.indices.contains {
                inside[$0].kind == .identifier && $0 + 1 < inside.endIndex && inside[$0 + 1].text == "("
                    && !inside[$0].text.hasPrefix("get_")
            }
            return calls ? nil : inside
        default: return nil
        }
    }

    private static func closing(_ code: [SourceToken], from open: Int) -> Int? {
        var depth = 0
        for index in open..<min(code.count, open + longest) {
            if code[index].text == "(" { depth += 1 }
            if code[index].text == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private static func hidesPointers(_ tokens: [SourceToken]) -> Bool {
        tokens.indices.contains { index in
            tokens[index].text == "typedef"
                && tokens[index...].prefix(longest).prefix { $0.text != ";" }.contains { $0.text == "*" }
        }
    }

    /// Names declared behind a type and an asterisk, or before a bracket.
    private static func pointerNames(in tokens: [SourceToken]) -> Set<String> {
        let types = typeNames(in: tokens)
        var names: Set<String> = []
        // The name of a type, once asterisks have followed it.
        var type: String?
        var starred = false
        for (index, token) in tokens.enumerated() {
            if token.text == "[", index > 0, tokens[index - 1].kind == .identifier {
                names.insert(tokens[index - 1].text)
            }
            if token.text == "*", type != nil {
                starred = true
            } else if qualifiers.contains(token.text) {
                continue
            } else if token.kind == .identifier, type != nil, starred {
                names.insert(token.text)
                // `*p, *q` goes on with the same type.
                if index + 1 < tokens.count, tokens[index + 1].text != "," { type = nil }
                starred = false
            } else if token.kind == .identifier {
                type = types.contains(token.text) || builtIn.contains(base(token.text)) ? token.text : nil
                starred = false
            } else if token.text != "," {
                type = nil
                starred = false
            }
        }
        return names
    }

    private static let builtIn: Set<String> = [
        "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "half", "void", "bool",
        "size_t", "ptrdiff_t", "uintptr_t", "intptr_t", "unsigned", "signed",
    ]

    /// The name without a vector's width.
    private static func base(_ name: String) -> String { String(name.reversed().drop { $0.isNumber }.reversed()) }

    /// Names behind `struct` and `union`, and names that end a type definition.
    private static func typeNames(in tokens: [SourceToken]) -> Set<String> {
        var names: Set<String> = []
        var defines = false
        var depth = 0
        for (index, token) in tokens.enumerated() {
            switch token.text {
            case "typedef": defines = true
            case "struct", "union": if index + 1 < tokens.count { names.insert(tokens[index + 1].text) }
            case "{": depth += 1
            case "}": depth -= 1
            case ";" where depth <= 0 && defines:
                if index > 0, tokens[index - 1].kind == .identifier { names.insert(tokens[index - 1].text) }
                defines = false
            default: break
            }
        }
        return names
    }
}
