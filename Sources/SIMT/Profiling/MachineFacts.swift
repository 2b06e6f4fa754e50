/// What the machine code of a kernel says that its PTX does not: other instructions, wider accesses, another order.
///
/// Plain data: whoever has a disassembler makes it, and it can be kept beside the PTX.
public struct MachineFacts: Sendable, Hashable, Codable {
    /// All instructions of one place, each counted once, as written.
    public struct Piece: Sendable, Hashable, Codable {
        public var place: CodePlace
        public var cost: CodeCost
        public var widths: AccessWidths

        /// Puts a piece together.
        public init(place: CodePlace, cost: CodeCost, widths: AccessWidths) {
            self.place = place
            self.cost = cost
            self.widths = widths
        }
    }

    /// The user's files, under the names that lines have.
    public let files: [String]
    /// One for each place, in the order of places.
    public let pieces: [Piece]

    /// Adds the pieces of equal places up, e.g. one for each instruction.
    public init(files: [String], pieces: [Piece]) {
        var known: [CodePlace: Piece] = [:]
        for piece in pieces {
            var sum = known[piece.place] ?? Piece(place: piece.place, cost: CodeCost(), widths: AccessWidths())
            sum.cost += piece.cost
            sum.widths.widen(to: piece.widths)
            known[piece.place] = sum
        }
        self.files = files
        self.pieces = known.values.sorted { $0.place < $1.place }
    }

    /// By line, the widest accesses at any depth.
    var widths: [SourceLine: AccessWidths] {
        pieces.reduce(into: [:]) { widths, piece in
            if let line = piece.place.line { widths[line, default: AccessWidths()].widen(to: piece.widths) }
        }
    }
}

/// The bytes of the widest plain accesses of one thread, by kind; 0 where there are none.
public struct AccessWidths: Sendable, Hashable, Codable {
    public var globalLoad = 0
    public var globalStore = 0
    public var sharedLoad = 0
    public var sharedStore = 0

    /// No access.
    public init() {}

    /// The width for a kind of instruction; 0, and not to be set, for all kinds but the four.
    public subscript(kind: InstructionClass) -> Int {
        get {
            switch kind {
            case .globalLoad: globalLoad
            case .globalStore: globalStore
            case .sharedLoad: sharedLoad
            case .sharedStore: sharedStore
            default: 0
            }
        }
        set {
            switch kind {
            case .globalLoad: globalLoad = newValue
            case .globalStore: globalStore = newValue
            case .sharedLoad: sharedLoad = newValue
            case .sharedStore: sharedStore = newValue
            default: break
            }
        }
    }

    mutating func widen(to other: AccessWidths) {
        for kind in [InstructionClass.globalLoad, .globalStore, .sharedLoad, .sharedStore] {
            self[kind] = max(self[kind], other[kind])
        }
    }
}
