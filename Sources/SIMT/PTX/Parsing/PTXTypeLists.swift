/// The types that groups of instructions allow.
extension PTXType {
    static let integers: [PTXType] = [.u16, .u32, .u64, .s16, .s32, .s64]
    static let packedIntegers: [PTXType] = [.u16x2, .s16x2]
    static let halves: [PTXType] = [.f16, .f16x2, .bf16, .bf16x2]
    static let floats: [PTXType] = [.f32, .f64]
    static let bitTypes: [PTXType] = [.b16, .b32, .b64]
    static let logical: [PTXType] = [.pred, .b16, .b32, .b64]
    static let words: [PTXType] = [.u32, .u64, .s32, .s64]

    /// What a register of general use can hold.
    static let scalars: [PTXType] = bitTypes + integers + floats

    /// What memory can hold.
    static let storable: [PTXType] = [
        .b8, .b16, .b32, .b64, .b128, .u8, .u16, .u32, .u64, .s8, .s16, .s32, .s64, .f32, .f64,
    ]
}
