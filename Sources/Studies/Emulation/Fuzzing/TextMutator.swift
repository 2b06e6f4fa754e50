import Evaluation

/// Spoils a text: cuts, shuffles and replaces what it is made of.
struct TextMutator {
    /// Numbers that overflow, are negative, or sit at the ends of a type.
    private static let numbers = [
        "0", "1", "-1", "2", "3", "7", "15", "16", "31", "32", "33", "63", "64", "127", "128", "255", "256", "1023",
        "1024", "4095", "4096", "65535", "65536", "1048576", "2147483647", "2147483648", "4294967295", "4294967296",
        "1099511627776", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "0x7fffffffffffffff", "0x8000000000000000",
        "(1<<63)", "(0-1)", "(-9223372036854775807-1)/-1", "1/0", "0f7FC00000",
        "0d7FF0000000000000", "1e999", "0b1", "077", "1.5",
    ]
    private static let types = [
        "pred", "b1", "b8", "b16", "b32", "b64", "b128", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f16",
        "f16x2", "bf16", "bf16x2", "f32", "f64", "tf32", "f32x2", "u16x2", "e4m3x2", "e5m2x2",
    ]
    private static let words = [
        "global", "shared", "local", "const", "param", "generic", "sync", "aligned", "v2", "v4", "v8", "ftz", "sat",
        "wide", "hi", "lo", "cc", "rn", "rz", "rni", "relu", "NaN", "trans", "x4", "row", "col", "m16n8k16", "m8n8k4",
        "uni", "add", "sub", "mov", "ld", "st", "cvt", "bra", "call", "ret", "exit", "mma", "atom", "reg", "align",
        "entry", "func", "extern", "%tid", "%r0", "%r1", "%d0", "%d3", "%p0", "%p1", "%h0", "%q1", "_", "{", "}", "[",
        "]", "(", ")", ";", ",", "@", "!", "|", ":", "<", ">", "=", "-", "+", "/*", "*/", "//", "\"", "$END",
    ]

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func pick(_ count: Int) -> Int { count < 2 ? 0 : Int(random.next() % UInt64(count)) }

    /// The text with one to four faults; `other` is what parts are borrowed from.
    mutating func mutated(_ text: String, _ other: String) -> String {
        var made = text
        for _ in 0...pick(4) {
            switch pick(12) {
            case 0: made = cut(made)
            case 1, 2: made = shuffled(made)
            case 3: made = spliced(made, other)
            case 4: made = spoiled(made)
            default: made = replaced(made)
            }
        }
        return made
    }

    // MARK: Faults

    private mutating func cut(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let (first, second) = (pick(bytes.count + 1), pick(bytes.count + 1))
        // The rest is gone, or a piece in between.
        if pick(2) == 0 { return String(decoding: bytes.prefix(first), as: UTF8.self) }
        return String(decoding: bytes.prefix(min(first, second)) + bytes.dropFirst(max(first, second)), as: UTF8.self)
    }

    /// Lines dropped, doubled, exchanged or turned round.
    private mutating func shuffled(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let (first, second) = (pick(lines.count), pick(lines.count))
        switch pick(4) {
        case 0: lines.remove(at: first)
        case 1: lines.insert(lines[first], at: second)
        case 2: lines.swapAt(first, second)
        default:
            let end = min(first + 2 + pick(6), lines.count)
            lines[first..<end].reverse()
        }
        return lines.joined(separator: "\n")
    }

    /// The head of one text and the tail of the other, or a few lines of it in between.
    private mutating func spliced(_ text: String, _ other: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let others = other.split(separator: "\n", omittingEmptySubsequences: false)
        let (place, first) = (pick(lines.count + 1), pick(others.count))
        if pick(2) == 0 { return (lines.prefix(place) + others.dropFirst(first)).joined(separator: "\n") }
        let piece = others.dropFirst(first).prefix(1 + pick(8))
        return (lines.prefix(place) + piece + lines.dropFirst(place)).joined(separator: "\n")
    }

    /// A byte changed, gone or new.
    private mutating func spoiled(_ text: String) -> String {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return text }
        let place = pick(bytes.count)
        switch pick(4) {
        case 0: bytes[place] ^= 1 << UInt8(pick(8))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(pick(256)), at: place)
        default: bytes[place] = UInt8(pick(128))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A token replaced by one of its kind or by any other.
    private mutating func replaced(_ text: String) -> String {
        var tokens = Self.tokens(of: text)
        let kind = pick(5)
        let places = tokens.indices.filter { Self.isOfKind(kind, tokens[$0]) }
        guard !places.isEmpty else { return text }
        let place = places[pick(places.count)]
        switch kind {
        case 0: tokens[place] = Substring(Self.numbers[pick(Self.numbers.count)])
        case 1: tokens[place] = Substring(Self.types[pick(Self.types.count)])
        case 2: tokens[place] = tokens[places[pick(places.count)]]
        case 3:
            let other = places[pick(places.count)]
            tokens.swapAt(place, other)
        default: tokens[place] = Substring(Self.words[pick(Self.words.count)])
        }
        return tokens.joined()
    }

    /// 0: numbers; 1: types; 2: registers; others: anything but blanks.
    private static func isOfKind(_ kind: Int, _ token: Substring) -> Bool {
        switch kind {
        case 0: token.first?.isNumber == true
        case 1: types.contains(String(token))
        case 2: token.first == "%"
        default: token.first?.isWhitespace == false
        }
    }

    /// Words, and every other character by itself.
    static func tokens(of text: String) -> [Substring] {
        var tokens: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            let length = isWord(first) ? rest.prefix(while: isWord).count : 1
            tokens.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return tokens
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$" || character == "%"
    }
}
