/// What a source and its options say about arithmetic narrower or looser than the declared types.
///
/// Data for the verdict, never a reason to reject: whether it harms is measured on the outputs.
public struct PrecisionUse: Sendable, Hashable, Codable {
    /// Types of 16 bits and fewer and functions that store them, sorted, e.g. `half`, `vload_half4`.
    public var narrowTypes: [String]
    /// Reinterpretations of bits, sorted, e.g. `as_uint`.
    public var bitCasts: [String]
    /// Functions of lower precision, sorted, e.g. `native_exp`.
    public var fastFunctions: [String]
    /// Compiler options that loosen arithmetic, sorted.
    public var options: [String]

    public init(
        narrowTypes: [String] = [], bitCasts: [String] = [], fastFunctions: [String] = [], options: [String] = []
    ) {
        self.narrowTypes = narrowTypes
        self.bitCasts = bitCasts
        self.fastFunctions = fastFunctions
        self.options = options
    }

    /// Whether nothing of the kind is used.
    public var isEmpty: Bool { self == PrecisionUse() }

    init(identifiers: Set<String>, options: [String]) {
        narrowTypes = identifiers.filter(Self.isNarrow).sorted()
        bitCasts = identifiers.filter(Self.isBitCast).sorted()
        fastFunctions = identifiers.filter { $0.hasPrefix("native_") || $0.hasPrefix("half_") }.sorted()
        self.options = options.filter(Self.loose.contains).sorted()
    }

    private static let loose: Set<String> = [
        "-cl-denorms-are-zero", "-cl-fast-relaxed-math", "-cl-finite-math-only", "-cl-mad-enable",
        "-cl-no-signed-zeros", "-cl-single-precision-constant", "-cl-unsafe-math-optimizations",
    ]

    private static func isNarrow(_ name: String) -> Bool {
        if name.hasPrefix("vload_half") || name.hasPrefix("vstore_half") || name.contains("bf16") { return true }
        if name.contains("vloada_half") || name.contains("vstorea_half") { return true }
        if name == "f16" || name == "tf32" { return true }
        let base = String(name.reversed().drop { $0.isNumber }.reversed())
        return ["half", "short", "ushort", "_Float16", "__fp16", "bfloat"].contains(base)
            || base.hasPrefix("convert_half") || base.hasPrefix("convert_short") || base.hasPrefix("convert_ushort")
    }

    private static func isBitCast(_ name: String) -> Bool {
        ["as_uint", "as_int", "as_float", "as_ushort", "as_short", "as_half"].contains { name.hasPrefix($0) }
    }
}
