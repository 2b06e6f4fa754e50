/// An operator argument: a reference to a value of the graph, or a literal.
///
/// In JSON a value is the string `%name`; `"inf"`, `"-inf"` and `"nan"` are numbers. JSON does not tell 1 from 1.0, so
/// a number with an integral value is always `.int`; what type an operator computes in is declared by its outputs.
public indirect enum Argument: Sendable, Hashable {
    /// The name of an input, a parameter, a constant or a node.
    case value(String)
    case int(Int)
    case double(Double)
    case bool(Bool)
    /// Names of dtypes, layouts and modes, in Python's own spelling.
    case string(String)
    case list([Argument])
    case none

    /// The literal of a number: `.int` where it is integral and fits, else `.double`.
    public static func number(_ value: Double) -> Argument {
        Int(exactly: value).map(Argument.int) ?? .double(value)
    }

    /// The referenced value's name, if this is a reference.
    public var valueName: String? { if case .value(let name) = self { name } else { nil } }

    /// The number as an integer, if it is one; a boolean is 0 or 1.
    public var intValue: Int? {
        switch self {
        case .int(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The number, if this is a number; a boolean is 0 or 1.
    public var doubleValue: Double? {
        if case .double(let value) = self { value } else { intValue.map(Double.init) }
    }

    /// The truth value, if this is a boolean.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The text, if this is a string.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The integers, if this is a list of integers; a single integer is a list of one, as PyTorch accepts it.
    public var intList: [Int]? {
        switch self {
        case .int(let value): [value]
        case .list(let items):
            items.allSatisfy { $0.intValue != nil } ? items.compactMap(\.intValue) : nil
        default: nil
        }
    }

    /// Names of all values referenced, in order.
    public var references: [String] {
        switch self {
        case .value(let name): [name]
        case .list(let items): items.flatMap(\.references)
        default: []
        }
    }
}

extension Argument: Codable {
    public init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            var items: [Argument] = []
            while !list.isAtEnd { items.append(try list.decode(Argument.self)) }
            self = .list(items)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .none
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int.self) {
            self = .int(value)
        } else if let value = try? single.decode(Double.self) {
            self = .number(value)
        } else {
            self.init(text: try single.decode(String.self))
        }
    }

    private init(text: String) {
        switch text {
        case "inf": self = .double(.infinity)
        case "-inf": self = .double(-.infinity)
        case "nan": self = .double(.nan)
        default: self = text.hasPrefix("%") ? .value(String(text.dropFirst())) : .string(text)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .value(let name): try single.encode("%" + name)
        case .int(let value): try single.encode(value)
        case .double(let value) where value.isNaN: try single.encode("nan")
        case .double(let value) where value.isInfinite: try single.encode(value > 0 ? "inf" : "-inf")
        case .double(let value): try single.encode(value)
        case .bool(let value): try single.encode(value)
        case .string(let text): try single.encode(text)
        case .list(let items): try single.encode(items)
        case .none: try single.encodeNil()
        }
    }
}
