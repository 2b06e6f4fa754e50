/// What a matrix instruction multiplies and into what it sums.
public enum TensorFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// fp16 or bf16 products summed in fp32.
    case halfIntoSingle
    /// fp16 products summed in fp16.
    case halfIntoHalf
    /// tf32 products summed in fp32.
    case tf32
    /// fp8 products summed in fp32.
    case fp8
    /// 8-bit integers summed in 32 bits.
    case int8
    /// fp64.
    case double
}
