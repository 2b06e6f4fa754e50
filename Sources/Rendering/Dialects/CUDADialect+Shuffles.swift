/// Registers of other lanes.
///
/// Source: CUDA C++ Programming Guide, "Warp Shuffle Functions" (the mask names the lanes that take part: all of them).
extension CUDADialect: WarpShuffles {
    func exchanged(_ value: Value, across mask: String) -> Value {
        Value("__shfl_xor_sync(\(Self.allLanes), \(value.text), \(mask))", value.type)
    }

    func first(_ value: Value, of width: Int) -> Value {
        Value("__shfl_sync(\(Self.allLanes), \(value.text), 0, \(width))", value.type)
    }

    private static let allLanes = "0xffffffffu"
}
