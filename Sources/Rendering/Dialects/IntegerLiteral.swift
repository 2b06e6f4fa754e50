import KernelIR

/// An integer constant as C writes it.
///
/// What lies beyond the type is its nearest limit: no `Double` is the greatest 64-bit integer, and infinity stands for
/// the limit of any type.
struct IntegerLiteral {
    private let type: DType
    private let magnitude: UInt64
    private let isNegative: Bool

    init(_ value: Double, _ type: DType) {
        self.type = type
        let bounded = value.isFinite ? value : value < 0 ? type.range.lowerBound : type.range.upperBound
        isNegative = bounded < 0
        if isNegative {
            magnitude = bounded <= -0x1p63 ? Int64.min.magnitude : Int64(bounded).magnitude
        } else if type == .uint64 {
            magnitude = bounded >= 0x1p64 ? UInt64.max : UInt64(bounded)
        } else {
            magnitude = bounded >= 0x1p63 ? Int64.max.magnitude : UInt64(bounded)
        }
    }

    func written(suffix: String) -> Value {
        guard isNegative else { return Value("\(magnitude)\(suffix)", type) }
        // The magnitude of the least integer is no literal of its own type.
        let least = type == .int64 ? Int64.min.magnitude : UInt64(Int32.min.magnitude)
        if magnitude == least { return Value("-\(magnitude - 1)\(suffix) - 1\(suffix)", type, .additive) }
        return Value("-\(magnitude)\(suffix)", type, .unary)
    }
}
