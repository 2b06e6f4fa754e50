/// One operator of a workload's graph, e.g. `aten.softmax.int(%x, 1)`.
public struct Node: Sendable, Hashable {
    /// The name of the value this node makes; a node with several outputs is read through `getitem`.
    public var name: String
    /// The ATen operator with its overload, e.g. `aten.add.Tensor`, or `getitem`.
    public var op: String
    /// Positional arguments, in ATen's order; trailing defaults may be missing.
    public var arguments: [Argument]
    public var keywordArguments: [String: Argument]
    /// Types of the results.
    public var outputs: [TensorType]

    public init(
        name: String, op: String, arguments: [Argument], keywordArguments: [String: Argument] = [:],
        outputs: [TensorType]
    ) {
        self.name = name
        self.op = op
        self.arguments = arguments
        self.keywordArguments = keywordArguments
        self.outputs = outputs
    }

    /// The argument at a position or under its keyword, or nil where the default applies.
    public func argument(_ position: Int, _ keyword: String) -> Argument? {
        position < arguments.count ? arguments[position] : keywordArguments[keyword]
    }

    /// The operand an in-place operator such as `aten.add_.Tensor` overwrites; nil for all others.
    public var overwrittenValue: String? {
        let parts = op.split(separator: ".")
        guard parts.count > 1, parts[1].hasSuffix("_") else { return nil }
        return arguments.first?.valueName
    }

    /// Names of all values this node reads, in order, repetitions included.
    public var references: [String] {
        arguments.flatMap(\.references)
            + keywordArguments.sorted { $0.key < $1.key }.flatMap { $0.value.references }
    }
}
