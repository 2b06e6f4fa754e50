/// Which elements of a warp's matrices each lane holds, and in which of its registers.
///
/// Source: PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type" and "… for mma.m16n8k8";
/// `Sources/CSIMT/Matrix.c` deals them out alike.
extension MatrixFormat {
    /// Elements of an operand in one register of 32 bits.
    public var elementsPerRegister: Int { self == .tf32 ? 1 : 2 }

    /// Registers of a lane that hold its part of the left operand.
    public var leftRegisters: Int { Self.rows * depth / Self.lanes / elementsPerRegister }

    /// Registers of a lane that hold its part of the right operand.
    public var rightRegisters: Int { Self.columns * depth / Self.lanes / elementsPerRegister }

    /// The place of one of a lane's four results: two neighbours (`pair` 0 and 1) in each of two rows (`half` 0 and 1).
    public static func result(
        lane: Index, half: Index, pair: Index, _ ranges: Ranges
    ) -> (row: Index, column: Index) {
        (lane.divided(by: 4, ranges) + half * 8, lane.remainder(by: 4, ranges) * 2 + pair)
    }

    /// The place of an element of the left operand.
    ///
    /// - Parameters:
    ///   - register: `0 ..< leftRegisters`.
    ///   - part: `0 ..< elementsPerRegister`, the lower bits first.
    public func left(
        _ register: Int, part: Int, lane: Index, _ ranges: Ranges
    ) -> (row: Index, inner: Index) {
        let row = lane.divided(by: 4, ranges) + 8 * (register % 2)
        return (row, inner(block: register / 2, part, lane, ranges))
    }

    /// The place of an element of the right operand; `register` is in `0 ..< rightRegisters`.
    public func right(
        _ register: Int, part: Int, lane: Index, _ ranges: Ranges
    ) -> (inner: Index, column: Index) {
        (inner(block: register, part, lane, ranges), lane.divided(by: 4, ranges))
    }

    /// Steps of the sum come in blocks of four lanes' registers.
    private func inner(block: Int, _ part: Int, _ lane: Index, _ ranges: Ranges) -> Index {
        lane.remainder(by: 4, ranges) * elementsPerRegister + (part + 4 * elementsPerRegister * block)
    }
}
