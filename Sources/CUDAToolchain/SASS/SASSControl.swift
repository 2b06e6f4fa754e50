/// What an instruction tells the scheduler: when the next may follow, and which results it waits for.
///
/// Since Volta these bits are part of each 128-bit instruction; NVIDIA does not document them. Source: Jia, Maggioni,
/// Staiger, Scarpazza, "Dissecting the NVIDIA Volta GPU Architecture via Microbenchmarking", section 2.1
/// (https://arxiv.org/abs/1804.06826).
public struct SASSControl: Sendable, Hashable {
    /// Cycles until the next instruction of the warp may be issued, 0…15.
    public var stallCycles: Int
    /// The bit that says which warp is preferred next.
    public var yields: Bool
    /// The scoreboard, 0…5, that is released when the result is written; nil for none.
    public var writeBarrier: Int?
    /// The scoreboard, 0…5, that is released when the operands are read; nil for none.
    public var readBarrier: Int?
    /// The scoreboards that are waited for.
    public var waits: [Int]

    /// Reads the upper half of an encoding.
    public init(upperHalf: UInt64) {
        // Bits 105…125 of the 128.
        func field(_ start: UInt64, _ width: UInt64) -> Int { Int((upperHalf >> start) & ((1 << width) - 1)) }
        stallCycles = field(41, 4)
        yields = field(45, 1) != 0
        writeBarrier = field(46, 3) == 7 ? nil : field(46, 3)
        readBarrier = field(49, 3) == 7 ? nil : field(49, 3)
        let mask = field(52, 6)
        waits = (0..<6).filter { mask & (1 << $0) != 0 }
    }
}
