import KernelIR

/// How the points of one stage are walked: its loops from the outermost in, and each stage axis as an index over them.
public struct Nest: Sendable, Hashable, Codable {
    /// How the iterations of a loop are spread or written.
    public enum Kind: Int, Sendable, Hashable, Codable, Comparable {
        /// One work-group an iteration.
        case grid
        case serial
        case unrolled
        case lanes

        public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// One loop.
    public struct Loop: Sendable, Hashable, Codable {
        public var name: String
        public var extent: Int
        public var kind: Kind
        /// Whether it walks a reduced axis.
        public var isReduction: Bool
        /// Whether each iteration keeps an accumulator of its own, combined after the reduction.
        public var isPartial: Bool

        public init(_ name: String, _ extent: Int, kind: Kind = .serial, isReduction: Bool, isPartial: Bool = false) {
            self.name = name
            self.extent = extent
            self.kind = kind
            self.isReduction = isReduction
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
    }

    public var loops: [Loop]
    /// Each stage axis (spatial and reduced) over the loops; may reach beyond the axis' extent, where nothing happens.
    public var definitions: [String: Index]
    public var attachment: Attachment?
    public var math: MathMode
    /// Whether results are written past the caches.
    public var isStreaming: Bool

    /// The default nest: spatial axes then reduced ones, all serial.
    init(_ stage: Stage) {
        loops =
            stage.axes.map { Loop($0.name, $0.extent, isReduction: false) }
            + stage.reduceAxes.map { Loop($0.name, $0.extent, isReduction: true) }
        definitions = Dictionary(uniqueKeysWithValues: loops.map { ($0.name, Index.axis($0.name)) })
        attachment = nil
        math = .exact
        isStreaming = false
    }

    /// The position of a loop.
    func position(of loop: String) -> Int? { loops.firstIndex { $0.name == loop } }

    /// The ranges of the nest's own loops.
    var ranges: Ranges { Ranges(loops.map { Axis($0.name, $0.extent) }) }

    /// Replaces a loop by others in every definition.
    mutating func redefine(_ replacements: [String: Index], _ ranges: Ranges) {
        definitions = definitions.mapValues { $0.substituting(replacements, ranges) }
    }
}
