/// The modifiers of one instruction, taken one after the other until none is left.
///
/// Types count in their order; other modifiers are taken wherever they stand. What was asked for is remembered, so that
/// an unknown modifier can be answered with those that are known.
struct PTXModifiers {
    /// The opcode with its modifiers as written.
    let text: String
    let line: Int
    let column: Int
    private var left: [String]
    private var known: [String] = []

    init(opcode: String, words: [String], line: Int, column: Int) {
        text = ([opcode] + words).joined(separator: ".")
        left = words
        self.line = line
        self.column = column
    }

    /// Takes `.word`; false if it is not there.
    mutating func take(_ word: String) -> Bool {
        note([word])
        guard let index = left.firstIndex(of: word) else { return false }
        left.remove(at: index)
        return true
    }

    /// Takes the first modifier that is one of `words`; nil if none is.
    mutating func takeFirst(of words: [String]) -> String? {
        note(words)
        guard let index = left.firstIndex(where: words.contains) else { return nil }
        return left.remove(at: index)
    }

    /// Takes the first modifier that is a case of the enumeration, or one of `cases`; nil if none is.
    mutating func takeFirst<Choice>(_ type: Choice.Type, of cases: [Choice] = Array(Choice.allCases)) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        takeFirst(of: cases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }

    /// Takes one of `words` or throws; `what` names the choice.
    mutating func need(_ what: String, of words: [String]) throws(PTXError) -> String {
        guard let word = takeFirst(of: words) else { throw missing(what, words) }
        return word
    }

    /// Takes a case of the enumeration or throws; `what` names the choice.
    mutating func need<Choice>(
        _ what: String, _ type: Choice.Type, of cases: [Choice] = Array(Choice.allCases)
    ) throws(PTXError) -> Choice where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        guard let choice = takeFirst(type, of: cases) else { throw missing(what, cases.map(\.rawValue)) }
        return choice
    }

    /// Takes the first type, which must be one of `allowed`; `what` names its part in a message.
    mutating func needType(of allowed: [PTXType], _ what: String = "the type") throws(PTXError) -> PTXType {
        guard let index = left.firstIndex(where: { PTXType(rawValue: $0) != nil }),
            let type = PTXType(rawValue: left[index])
        else { throw missing(what, allowed.map(\.rawValue)) }
        guard allowed.contains(type) else {
            throw error(.unsupported, "\(what) cannot be .\(type.rawValue)", hint: Self.list(allowed.map(\.rawValue)))
        }
        left.remove(at: index)
        return type
    }

    /// Takes the first type if it is one of `allowed`; nil, and nothing taken, otherwise.
    mutating func takeType(of allowed: [PTXType]) -> PTXType? {
        guard let index = left.firstIndex(where: { PTXType(rawValue: $0) != nil }),
            let type = PTXType(rawValue: left[index]), allowed.contains(type)
        else { return nil }
        left.remove(at: index)
        return type
    }

    /// Takes the first state space, if there is one among `allowed`.
    mutating func takeSpace(of allowed: [PTXStateSpace]) -> PTXStateSpace? {
        let words = allowed.flatMap(Self.words)
        guard let word = takeFirst(of: words) else { return nil }
        return allowed.first { Self.words($0).contains(word) }
    }

    /// Takes the first `m…n…k…`, if there is one.
    mutating func takeShape() -> PTXMatrixShape? {
        for (index, word) in left.enumerated() {
            guard let shape = PTXMatrixShape(word) else { continue }
            left.remove(at: index)
            return shape
        }
        return nil
    }

    /// Throws if a modifier is left.
    func finish() throws(PTXError) {
        guard let word = left.first else { return }
        throw error(
            .unsupported, "unknown modifier .\(word)",
            hint: known.isEmpty ? "this opcode has no modifiers here" : Self.list(known))
    }

    /// Forgets the modifiers that are left, for instructions whose details change nothing.
    mutating func ignoreRest() { left = [] }

    func error(_ code: PTXError.Code, _ message: String, hint: String? = nil) -> PTXError {
        PTXError(code, message, hint: hint, line: line, column: column, opcode: text)
    }

    private func missing(_ what: String, _ words: [String]) -> PTXError {
        guard let word = left.first else { return error(.syntax, "\(what) is missing", hint: Self.list(words)) }
        return error(.unsupported, "\(what) is missing or unknown at .\(word)", hint: Self.list(words))
    }

    private mutating func note(_ words: [String]) {
        for word in words where !known.contains(word) { known.append(word) }
    }

    private static func list(_ words: [String]) -> String { "known: " + words.map { "." + $0 }.joined(separator: " ") }

    private static func words(_ space: PTXStateSpace) -> [String] {
        switch space {
        case .shared: ["shared", "shared::cta"]
        case .sharedCluster: ["shared::cluster"]
        case .param: ["param", "param::entry", "param::func"]
        case .generic: []
        default: [space.rawValue]
        }
    }
}

extension PTXMatrixShape {
    /// The shape written as `m16n8k16`; nil for any other word.
    init?(_ word: String) {
        var numbers: [Int] = []
        var rest = word[...]
        for letter in ["m", "n", "k"] {
            guard rest.hasPrefix(letter) else { return nil }
            rest = rest.dropFirst()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits), number > 0 else { return nil }
            numbers.append(number)
            rest = rest.dropFirst(digits.count)
        }
        guard rest.isEmpty else { return nil }
        self.init(m: numbers[0], n: numbers[1], k: numbers[2])
    }
}
