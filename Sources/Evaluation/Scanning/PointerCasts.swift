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
        guard let close = code[open...].firstIndex(where: { $0.text == ")" }), close > open + 2 else { return nil }
        let inside = code[(open + 1)..<close]
        guard inside.allSatisfy({ $0.kind == .identifier || $0.text == "*" }), inside.first?.kind == .identifier,
            let last = inside.last(where: { !qualifiers.contains($0.text) }), last.text == "*"
        else { return nil }
        return close
    }

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
        for index in open..<code.count {
            if code[index].text == "(" { depth += 1 }
            if code[index].text == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private static func hidesPointers(_ tokens: [SourceToken]) -> Bool {
        tokens.indices.contains { index in
            tokens[index].text == "typedef" && tokens[index...].prefix { $0.text != ";" }.contains { $0.text == "*" }
        }
    }

    /// Names declared behind a type and an asterisk, or before a bracket.
    private static func pointerNames(in tokens: [SourceToken]) -> Set<String> {
        var names: Set<String> = []
        for index in tokens.indices.dropFirst() {
            if tokens[index].text == "[", tokens[index - 1].kind == .identifier { names.insert(tokens[index - 1].text) }
            guard tokens[index].kind == .identifier, !qualifiers.contains(tokens[index].text) else { continue }
            var before = index - 1
            while before > 0, qualifiers.contains(tokens[before].text) { before -= 1 }
            guard tokens[before].text == "*" else { continue }
            while before > 0, tokens[before].text == "*" || qualifiers.contains(tokens[before].text) { before -= 1 }
            if isType(tokens, at: before) { names.insert(tokens[index].text) }
        }
        return names
    }

    private static let types: Set<String> = [
        "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "half", "void", "bool",
        "size_t", "ptrdiff_t", "uintptr_t", "intptr_t", "unsigned", "signed",
    ]

    /// Whether a token names a type: of the language, with a vector's width behind it, or one defined here.
    private static func isType(_ tokens: [SourceToken], at index: Int) -> Bool {
        let name = tokens[index].text
        if types.contains(name) || types.contains(String(name.reversed().drop { $0.isNumber }.reversed())) {
            return true
        }
        return tokens.indices.dropLast().contains { place in
            ["struct", "union"].contains(tokens[place].text) && tokens[place + 1].text == name
                || tokens[place].text == name && tokens[place + 1].text == ";" && place > 0
                    && definesType(tokens, upTo: place)
        }
    }

    /// Whether the declaration that ends at a place began with `typedef`.
    private static func definesType(_ tokens: [SourceToken], upTo place: Int) -> Bool {
        tokens[..<place].last { $0.text == "typedef" || $0.text == ";" && $0.directive == nil }?.text == "typedef"
            || tokens[..<place].last { $0.text == "}" || $0.text == "typedef" }?.text == "}"
    }
}
