import KernelIR

/// The innermost loops of a product that a warp's matrix instruction takes the place of, and what they are for a lane.
///
/// A stage's axes are indices over `rows`, `columns` and `inner`, as before. For a lane, rows and columns are where its
/// own four results lie; its operands keep all three.
public struct MatrixTile: Sendable, Hashable, Codable {
    public var format: MatrixFormat
    /// The loop over rows of the left operand, the one over columns of the right one, and the reduced one.
    public var rows: String
    public var columns: String
    public var inner: String
    /// The loop over the lanes of a warp, the last one of work-items.
    public var lane: String
    /// The loops over the results of a lane: two rows, and neighbours in each.
    public var half: String
    public var pair: String

    init(_ format: MatrixFormat, rows: String, columns: String, inner: String, stage: String) {
        self.format = format
        self.rows = rows
        self.columns = columns
        self.inner = inner
        lane = stage + ".lane"
        half = stage + ".half"
        pair = stage + ".pair"
    }

    /// The loops that the instruction takes the place of.
    var loops: Set<String> { [rows, columns, inner] }

    /// Rows and columns as places of a lane's results; `ranges` know the lane.
    func places(_ ranges: Ranges) -> [String: Index] {
        let place = MatrixFormat.result(lane: .axis(lane), half: .axis(half), pair: .axis(pair), ranges)
        return [rows: place.row, columns: place.column]
    }
}

extension Nest {
    /// The nest as one lane walks it: in place of a tile, a step of the instruction and the lane's own results.
    func perLane(_ ranges: Ranges) -> Nest {
        guard let tile = matrix else { return self }
        var nest = self
        nest.redefine(tile.places(ranges), ranges)
        nest.loops.removeAll { tile.loops.contains($0.name) }
        nest.loops += [
            Loop(tile.inner, 1, kind: .unrolled, isReduction: true), Loop(tile.half, 2, kind: .unrolled),
            Loop(tile.pair, 2, kind: .lanes),
        ]
        return nest
    }
}
