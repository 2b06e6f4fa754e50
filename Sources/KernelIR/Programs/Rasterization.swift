/// In which order a kernel's groups walk its last two grid axes, a row of blocks and a column of blocks.
///
/// Groups are numbered in the order in which devices begin them, as a rule; groups that run at the same time then read
/// the same rows and columns of operands, and find them in the cache they share.
public enum Rasterization: Sendable, Hashable {
    /// So many rows walk together, column by column; the last rows may be fewer.
    ///
    /// Source: Tillet, Kung, Cox, "Triton", MAPL 2019, and its tutorial "Matrix Multiplication", "L2 Cache
    /// Optimizations".
    case grouped(Int)
    /// Along a curve that stays near where it was at every scale.
    ///
    /// Source: Červený, "Generalized Hilbert space-filling curve for rectangular domains of arbitrary sizes", 2018.
    case hilbert

    /// The row and the column of the group with a number in `0 ..< rows · columns`; every pair comes once.
    ///
    /// Complexity: O(1), along the curve O(log(rows · columns)).
    public func place(of number: Int, rows: Int, columns: Int) -> (row: Int, column: Int) {
        switch self {
        case .grouped(let size):
            let first = number / (size * columns) * size
            let height = min(rows - first, size)
            let inside = number - first * columns
            return (first + inside % height, inside / height)
        case .hilbert:
            var part = CurvePart(rows: rows, columns: columns)
            return part.place(of: number)
        }
    }
}

/// A rectangle that the curve fills from one corner to the other end of its length.
private struct CurvePart {
    /// One block in a direction, or a place.
    private struct Step {
        var row: Int
        var column: Int

        static prefix func - (step: Step) -> Step { Step(row: -step.row, column: -step.column) }
    }

    private var corner = Step(row: 0, column: 0)
    /// Blocks along the way.
    private var length: Int
    /// Blocks across it.
    private var width: Int
    private var along: Step
    private var across: Step

    init(rows: Int, columns: Int) {
        let isWide = columns >= rows
        length = isWide ? columns : rows
        width = isWide ? rows : columns
        along = isWide ? Step(row: 0, column: 1) : Step(row: 1, column: 0)
        across = isWide ? Step(row: 1, column: 0) : Step(row: 0, column: 1)
    }

    mutating func place(of number: Int) -> (row: Int, column: Int) {
        var number = number
        while length > 1, width > 1 {
            if 2 * length > 3 * width { halve(&number) } else { turn(&number) }
        }
        move(width == 1 ? along : across, by: number)
        return (corner.row, corner.column)
    }

    /// A long part is two shorter ones, one behind the other.
    private mutating func halve(_ number: inout Int) {
        let half = Self.half(length)
        guard number >= half * width else {
            length = half
            return
        }
        number -= half * width
        move(along, by: half)
        length -= half
    }

    /// Any other part is three: across at the near end, along the far side, and back across at the far end.
    private mutating func turn(_ number: inout Int) {
        let (side, half) = (length / 2, Self.half(width))
        let (first, second) = (side * half, length * (width - half))
        if number >= first, number < first + second {
            number -= first
            move(across, by: half)
            width -= half
            return
        }
        let isLast = number >= first
        let (oldAlong, oldAcross) = (along, across)
        if isLast {
            number -= first + second
            move(along, by: length - 1)
            move(across, by: half - 1)
        }
        along = isLast ? -oldAcross : oldAcross
        across = isLast ? -oldAlong : oldAlong
        width = isLast ? length - side : side
        length = half
    }

    /// Half of an extent, made even where that leaves something.
    private static func half(_ extent: Int) -> Int {
        let half = extent / 2
        return half % 2 != 0 && extent > 2 ? half + 1 : half
    }

    private mutating func move(_ direction: Step, by steps: Int) {
        corner.row += direction.row * steps
        corner.column += direction.column * steps
    }
}

extension Rasterization: LosslessStringConvertible {
    /// `hilbert`, or `grouped(8)`.
    public var description: String {
        switch self {
        case .grouped(let size): "grouped(\(size))"
        case .hilbert: "hilbert"
        }
    }

    public init?(_ description: String) {
        if description == "hilbert" {
            self = .hilbert
        } else if let size = description.parameter(of: "grouped"), size > 0 {
            self = .grouped(size)
        } else {
            return nil
        }
    }
}

extension Rasterization: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.described(as: "order", examples: "hilbert grouped(8)")
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
