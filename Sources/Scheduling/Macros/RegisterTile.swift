/// The part of a contraction's result that stays in registers while the reduced axis is walked.
public struct RegisterTile: Sendable, Hashable, Codable {
    public var rows: Int
    public var vectors: Int

    public init(rows: Int, vectors: Int) {
        self.rows = rows
        self.vectors = vectors
    }

    /// Tiles of at most 24 accumulators, which leaves an AVX-512 core's 32 registers room for operands; the squarest
    /// first, since they need the fewest loads for each multiply-add.
    static let all = [
        (6, 4), (8, 3), (5, 4), (7, 3), (6, 3), (4, 4), (12, 2), (10, 2), (8, 2), (6, 2), (16, 1), (12, 1), (8, 1),
    ].map { RegisterTile(rows: $0, vectors: $1) }

    /// The tile with the least work, padding included, on a result of that many rows and columns.
    ///
    /// Loads for each multiply-add weigh a sixth of it: measured tiles from 6 × 4 to 8 × 2 lie within 5 % of each other.
    static func best(rows: Int, columns: Int, lanes: Int) -> RegisterTile {
        func work(_ tile: RegisterTile) -> Double {
            func padded(_ extent: Int, _ step: Int) -> Int { (extent + step - 1) / step * step }
            let (height, width) = (min(tile.rows, rows), tile.vectors * lanes)
            let loads = Double(height + tile.vectors) / Double(height * tile.vectors)
            return Double(padded(rows, height) * padded(columns, width)) * (1 + loads / 6)
        }
        let costs = all.map { (tile: $0, work: work($0)) }
        return costs.min { $0.work < $1.work }?.tile ?? all[0]
    }
}
