import KernelIR

/// How the points of one stage are walked: its loops from the outermost in, and each stage axis as an index over them.
public struct Nest: Sendable, Hashable, Codable {
    /// How the iterations of a loop are spread or written.
    public enum Kind: Int, Sendable, Hashable, Codable, Comparable {
        /// One work-group an iteration.
        case grid
        /// One work-item of a group an iteration.
        case item
        case serial
        case unrolled
        case lanes
        /// Rows, columns or steps of the sum in the products of a warp; the innermost three (see `MatrixTile`).
        case matrix

        public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// One loop.
    public struct Loop: Sendable, Hashable, Codable {
        public var name: String
        public var extent: Int
        public var kind: Kind
        /// Whether it walks a reduced axis.
        public var isReduction: Bool
        /// Whether it walks a scanned axis, in the order of the sweep.
        public var isScan: Bool
        /// Whether each iteration keeps an accumulator of its own, combined after the reduction.
        public var isPartial: Bool
        /// Whether each iteration has a body of its own, with the loop's value as a constant.
        public var isSpecialized = false

        public init(
            _ name: String, _ extent: Int, kind: Kind = .serial, isReduction: Bool = false, isScan: Bool = false,
            isPartial: Bool = false
        ) {
            self.name = name
            self.extent = extent
            self.kind = kind
            self.isReduction = isReduction
            self.isScan = isScan
            self.isPartial = isPartial
        }
    }

    /// Where a stage is computed inside another one's loops.
    public struct Attachment: Sendable, Hashable, Codable {
        /// The stage whose loop it is.
        public var consumer: String
        /// The loop at the start of whose body the stage runs.
        public var loop: String
        /// For each stage axis, the first value computed there, over loops outside the nest.
        public var bases: [Index]
        /// For each stage axis, how many values are computed there.
        public var extents: [Int]
        /// Whether the work-items of a group compute the stage together, in local memory.
        public var isShared = false
        /// The kernel's loops over work-items that loops of a shared stage were spread over.
        public var items: [String] = []
    }

    /// How the work-items of a group share a stage's reduction.
    public struct Crossing: Sendable, Hashable, Codable {
        /// The kernel's loop over work-items, each of which takes in a share.
        public var items: String
        public var method: CrossItemReduction.Method
    }

    public var loops: [Loop]
    /// Each stage axis (spatial and reduced) over the loops; may reach beyond the axis' extent, where nothing happens.
    public var definitions: [String: Index]
    /// What must hold beside the axes' extents for an iteration to count: where a reduced loop inside another one was split
    /// by a factor that does not divide it, its last block reaches into the next one's points.
    public var overhangs: [Bound]
    public var attachment: Attachment?
    /// How work-items share the reduction; nil where each of them reduces alone.
    public var crossing: Crossing?
    /// What a warp multiplies by one instruction.
    public var matrix: MatrixTile?
    public var math: MathMode
    /// Whether results are written past the caches.
    public var isStreaming: Bool
    /// The loop for whose next iteration operands are asked for; it may be gone.
    public var prefetched: String?
    /// What the work-items of a group copy into local memory, in the order of the copies.
    public var stagings: [Staging]
    /// The order in which groups walk the last two grid loops; nil where the last one runs fastest.
    public var rasterization: Rasterization?

    /// The default nest: spatial axes then reduced ones, all serial. A scanned axis is walked in the order of its sweep; in
    /// blocks it is two loops, named as `split` would name them.
    init(_ stage: Stage) {
        loops =
            stage.axes.map { Loop($0.name, $0.extent) }
            + stage.reduceAxes.map { Loop($0.name, $0.extent, isReduction: true) }
        definitions = Dictionary(uniqueKeysWithValues: loops.map { ($0.name, Index.axis($0.name)) })
        overhangs = []
        attachment = nil
        crossing = nil
        math = .exact
        isStreaming = false
        prefetched = nil
        stagings = []
        rasterization = nil
        if let sweep = stage.sweep { walk(sweep) }
    }

    private mutating func walk(_ sweep: Sweep) {
        guard let position = position(of: sweep.axis) else { return }
        let whole = loops[position]
        var base = Index(0)
        loops[position].isScan = true
        if let block = sweep.block {
            let outer = Loop(whole.name + ".o", (whole.extent + block - 1) / block)
            let inner = Loop(whole.name + ".i", block, isScan: true)
            loops.replaceSubrange(position...position, with: [outer, inner])
            base = .axis(outer.name) * block
        }
        guard let inner = loops.first(where: \.isScan) else { return }
        let place = Index.axis(inner.name)
        definitions[sweep.axis] = base + (sweep.isReversed ? Index(inner.extent - 1) - place : place)
    }

    /// The loops below those that are spread over groups and work-items.
    var inside: [Loop] { loops.filter { $0.kind != .grid && $0.kind != .item } }

    /// The position of a loop.
    func position(of loop: String) -> Int? { loops.firstIndex { $0.name == loop } }

    /// The ranges of the nest's own loops.
    var ranges: Ranges { Ranges(loops.map { Axis($0.name, $0.extent) }) }

    /// Replaces a loop by others in every definition.
    mutating func redefine(_ replacements: [String: Index], _ ranges: Ranges) {
        definitions = definitions.mapValues { $0.substituting(replacements, ranges) }
        overhangs = overhangs.map { $0.substituting(replacements, ranges) }
    }
}
