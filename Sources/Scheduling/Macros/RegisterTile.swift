import KernelIR

/// The part of a contraction's result that stays in registers while the reduced axis is walked.
public struct RegisterTile: Sendable, Hashable, Codable {
    public var rows: Int
    public var vectors: Int

    public init(rows: Int, vectors: Int) {
        self.rows = rows
        self.vectors = vectors
    }

    /// Tiles of at most 24 accumulators, which leaves 32 registers room for operands; the squarest first, since they need
    /// the fewest loads for each multiply-add.
    private static let wide = [
        (6, 4), (8, 3), (5, 4), (7, 3), (6, 3), (4, 4), (12, 2), (10, 2), (8, 2), (6, 2), (16, 1), (12, 1), (8, 1),
    ].map { RegisterTile(rows: $0, vectors: $1) }

    /// Those of 16 registers. On two AVX2 cores, which reach 185 GFLOP/s at most, the first three made 136 to 150 of a product
    /// of 960 × 2112 × 2048; 8 × 2 spilled and made 51, and 12 × 1, whose rows fight for the sets of the first cache, 52
    /// (by a probe that is not kept).
    private static let narrow = [
        (4, 3), (6, 2), (5, 2), (3, 3), (4, 2), (8, 1), (6, 1),
    ].map { RegisterTile(rows: $0, vectors: $1) }

    /// The tiles that a target's registers hold, the squarest first.
    public static func all(for target: TargetProfile) -> [RegisterTile] { target.hasFewRegisters ? narrow : wide }

    /// The tile of products both of whose operands are vectors.
    static func innerProducts(for target: TargetProfile) -> RegisterTile {
        target.hasFewRegisters ? RegisterTile(rows: 4, vectors: 3) : RegisterTile(rows: 6, vectors: 4)
    }

    /// The tile of the products of an attention, whose blocks of queries are multiples of its rows.
    static func attention(for target: TargetProfile) -> RegisterTile {
        target.hasFewRegisters ? RegisterTile(rows: 6, vectors: 2) : RegisterTile(rows: 8, vectors: 3)
    }

    /// Whether the accumulators, one row's operands and a broadcast stay in registers.
    func fits(_ target: TargetProfile) -> Bool {
        let accumulators = rows * vectors
        return accumulators <= target.accumulators && accumulators + vectors + 1 <= target.vectorRegisters
    }

    /// The tile with the least work, padding included, on a result of that many rows and columns.
    ///
    /// Loads for each multiply-add weigh a sixth of it: measured tiles from 6 × 4 to 8 × 2 lie within 5 % of each other.
    static func best(rows: Int, columns: Int, target: TargetProfile) -> RegisterTile {
        let lanes = target.vectorWidths.last ?? 1
        func work(_ tile: RegisterTile) -> Double {
            func padded(_ extent: Int, _ step: Int) -> Int { (extent + step - 1) / step * step }
            let (height, width) = (min(tile.rows, rows), tile.vectors * lanes)
            let loads = Double(height + tile.vectors) / Double(height * tile.vectors)
            return Double(padded(rows, height) * padded(columns, width)) * (1 + loads / 6)
        }
        let costs = all(for: target).map { (tile: $0, work: work($0)) }
        return costs.min { $0.work < $1.work }?.tile ?? wide[0]
    }
}

extension TargetProfile {
    /// Vector accumulators that leave room for operands: three quarters of the registers of a CPU.
    var accumulators: Int { min(24, vectorRegisters * 3 / 4) }

    /// Whether there are as few vector registers as with AVX2 and SSE.
    public var hasFewRegisters: Bool { vectorRegisters < 32 }
}
