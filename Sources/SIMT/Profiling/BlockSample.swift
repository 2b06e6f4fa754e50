/// The blocks of a grid that are run to learn what all of them do.
///
/// A grid has a first, a last and inner blocks along each axis: what differs from inner blocks (padding, a tile that is
/// partly filled, an early return) differs there. So each axis is cut into first, inner and last blocks, and every
/// combination is a group of which some blocks stand for all. Some blocks of the largest group are neighbours: those
/// would run side by side and share what they read. The rest is spread evenly without a period (Roberts' R2 sequence),
/// so that no stride of the kernel's own is met. Where the limit is too low for that many groups there are three: the
/// first block, the last one, and some from the inside of the grid for all others. A grid of no more than `limit`
/// blocks is run as a whole. Nothing is left to chance.
public struct BlockSample: Sendable, Hashable {
    /// Some blocks and how many they stand for.
    public struct Group: Sendable, Hashable {
        /// Linear indices, ascending; never empty.
        public var blocks: [Int]
        /// Blocks of the grid that these stand for, themselves included.
        public var count: Int

        /// Blocks of the grid for each one that is run, at least 1.
        public var weight: Double { Double(count) / Double(blocks.count) }
    }

    /// Disjoint; the first one is block 0 alone, and together they stand for the grid.
    public let groups: [Group]
    /// The position of the group that stands for most.
    public let main: Int
    /// Blocks of that group in the order in which a GPU starts them, one directly after the other along x.
    public let neighbours: [Int]

    /// The fewest blocks that a grid of as many is sampled with: the first, the last and one between.
    public static let leastLimit = 3

    /// Where one block stands for nearly all: work that grows along the grid is there what it is on average, but where
    /// blocks walk a matrix in an order of their own, its rows, or groups of them, tend to end right in the middle.
    private static let pastTheMiddle = 0.53

    /// Chooses blocks of a grid, none of whose extents may be 0.
    ///
    /// - Parameter limit: blocks to run at most; taken for `leastLimit` where it is less.
    public init(grid: SIMTExtent, limit: Int) {
        let limit = max(limit, Self.leastLimit)
        let total = grid.count
        guard total > limit else {
            let others = Array(1..<total)
            groups = [Group(blocks: [0], count: 1)] + (others.isEmpty ? [] : [Group(blocks: others, count: total - 1)])
            main = groups.count - 1
            neighbours = others.isEmpty ? [0] : others
            return
        }
        let cut = Box.cuts(of: grid)
        let isCut = 2 * cut.count <= limit
        // Where the limit leaves nothing for inner blocks beside every corner and edge, only the order counts.
        let shape = isCut ? grid : SIMTExtent(total)
        let boxes = isCut ? cut : Box.cuts(of: shape)
        let largest = Self.largest(of: boxes)
        let spare = limit - boxes.count
        var made: [Group] = []
        var near: [Int] = []
        for (number, box) in boxes.enumerated() {
            let share = Int(Double(spare) * Double(box.count) / Double(total))
            let quota = 1 + min(box.count - 1, share)
            var chosen: Set<Int> = []
            var (source, extent) = (box, shape)
            if number == largest {
                let inside = isCut ? nil : cut[Self.largest(of: cut)].standing(for: quota)
                let part = inside == nil ? 0.5 : Self.pastTheMiddle
                if let inside { (source, extent) = (inside, grid) }
                near = source.run(of: max(1, quota / 2), at: part, in: extent)
                chosen.formUnion(near)
            }
            chosen.formUnion(source.spread(quota - chosen.count, in: extent))
            made.append(Group(blocks: chosen.sorted(), count: box.count))
        }
        groups = made
        main = largest
        neighbours = near
    }

    /// Blocks that are run.
    public var blockCount: Int { groups.reduce(0) { $0 + $1.blocks.count } }

    /// How much of something all blocks have, if those that are run stand for them.
    ///
    /// - Parameter amounts: by block; none where a block is missing.
    public func total(of amounts: [Int: Int]) -> Double {
        groups.reduce(0) { sum, group in
            sum + group.weight * Double(group.blocks.reduce(0) { $0 + (amounts[$1] ?? 0) })
        }
    }

    /// The position of the box with most blocks, the first of several.
    private static func largest(of boxes: [Box]) -> Int {
        boxes.indices.max { (boxes[$0].count, $1) < (boxes[$1].count, $0) } ?? 0
    }
}

/// A part of a grid.
private struct Box {
    var origin: SIMTExtent
    var size: SIMTExtent

    var count: Int { size.count }

    /// First, inner and last blocks of every axis, in all combinations; the first box holds block 0 alone.
    static func cuts(of grid: SIMTExtent) -> [Box] {
        var boxes: [Box] = []
        for z in cuts(grid.z) {
            for y in cuts(grid.y) {
                for x in cuts(grid.x) {
                    boxes.append(
                        Box(
                            origin: SIMTExtent(x.lowerBound, y.lowerBound, z.lowerBound),
                            size: SIMTExtent(x.count, y.count, z.count)))
                }
            }
        }
        return boxes
    }

    private static func cuts(_ extent: Int) -> [Range<Int>] {
        [0..<1, 1..<max(1, extent - 1), max(1, extent - 1)..<extent].filter { !$0.isEmpty }
    }

    /// Itself, if so many of its blocks, half of them in a row, can stand for those between the first and the last of
    /// the grid. Edges, which may be partly filled, are not in the box: they count as whole, which errs upwards.
    func standing(for quota: Int) -> Box? {
        let isInside = origin.x + origin.y + origin.z > 0
        return isInside && size.x >= quota / 2 && count >= quota ? self : nil
    }

    /// Blocks one after the other, at a part of the box between 0 and 1.
    func run(of length: Int, at part: Double, in grid: SIMTExtent) -> [Int] {
        let begin = Int(part * Double(count - length))
        // Within a row, if it is long enough: blocks of different rows share less.
        let start = size.x < length ? begin : begin / size.x * size.x + Int(part * Double(size.x - length))
        return (start..<start + length).map { index(of: size.place($0), in: grid) }
    }

    /// At most so many blocks, spread over the box.
    func spread(_ count: Int, in grid: SIMTExtent) -> [Int] {
        func place(_ number: Int, _ step: Double, _ extent: Int) -> Int {
            let part = (0.5 + Double(number) * step).truncatingRemainder(dividingBy: 1)
            return min(extent - 1, Int(part * Double(extent)))
        }
        // The inverse of the root of x³ = x + 1 and its square; that of x² = x + 1.
        return (0..<max(0, count)).map { number in
            index(
                of: SIMTExtent(
                    place(number, 0.754_877_666_246_692_7, size.x), place(number, 0.569_840_290_998_053_2, size.y),
                    place(number, 0.618_033_988_749_894_9, size.z)), in: grid)
        }
    }

    private func index(of place: SIMTExtent, in grid: SIMTExtent) -> Int {
        (origin.x + place.x) + grid.x * ((origin.y + place.y) + grid.y * (origin.z + place.z))
    }
}
