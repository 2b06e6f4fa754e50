/// A product of small matrices by a warp's lanes: `sums[row, column] += Σ left[row, inner] · right[inner, column]`.
///
/// Each lane holds four of the 16 × 8 sums in registers, as `MatrixFormat.result` deals them out. Operands are rounded
/// to the format, and products added in float32, one after another; devices may add them in another order.
public struct MatrixMultiply: Sendable, Hashable, Codable {
    public var format: MatrixFormat
    /// The register buffer of the sums; its last two dimensions, of extent 2, are half and pair of a lane.
    public var accumulator: String
    /// The type of the sums.
    public var sum: DType
    /// The indices of the accumulator's other dimensions.
    public var place: [Index]
    /// The place of the work-item in its warp.
    public var lane: Index
    /// The names of rows, columns and steps of the sum in the operands' indices, which nothing around walks.
    public var row: String
    public var column: String
    public var inner: String
    /// The element of the left operand at `row` and `inner`; 0 outside its bounds.
    public var left: Load
    /// The element of the right operand at `inner` and `column`; 0 outside its bounds.
    public var right: Load

    public init(
        _ format: MatrixFormat, into accumulator: String, of sum: DType = .float32, at place: [Index], lane: Index,
        row: String, column: String, inner: String, left: Load, right: Load
    ) {
        self.format = format
        self.accumulator = accumulator
        self.sum = sum
        self.place = place
        self.lane = lane
        self.row = row
        self.column = column
        self.inner = inner
        self.left = left
        self.right = right
    }
}

extension MatrixMultiply {
    /// Both operands.
    public var loads: [Load] { [left, right] }

    /// The bounds of both operands.
    public var bounds: [Bound] { left.bounds + right.bounds }

    /// The axes that the product itself brings into scope for its operands.
    public var axes: [Axis] {
        [Axis(row, MatrixFormat.rows), Axis(column, MatrixFormat.columns), Axis(inner, format.depth)]
    }

    /// Multiply-adds that come to each lane.
    public var productsPerLane: Int { axes.reduce(1) { $0 * $1.extent } / MatrixFormat.lanes }

    /// The ranges in force for the operands, from those around.
    public func ranges(in outer: Ranges) -> Ranges {
        axes.reduce(outer) { $0.adding($1.name, 0...($1.extent - 1)) }
    }

    /// The same product of other operands.
    public func rewritingLoads(_ transform: (Load) -> Load) -> MatrixMultiply {
        var result = self
        (result.left, result.right) = (transform(left), transform(right))
        return result
    }

    /// Replaces axes everywhere; `ranges` are those of the new axes around the product.
    public func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> MatrixMultiply {
        let inside = self.ranges(in: ranges)
        var result = rewritingLoads { $0.substituting(replacements, inside) }
        result.place = place.map { $0.substituting(replacements, ranges) }
        result.lane = lane.substituting(replacements, ranges)
        return result
    }
}
