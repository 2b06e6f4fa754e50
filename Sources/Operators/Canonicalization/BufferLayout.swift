/// How one axis walks through a buffer: `extent` steps of `step` elements.
struct Walk: Hashable {
    var buffer: String
    var axis: String
    var step: Int
    var extent: Int

    /// Where dimensions would have to border for the axis to be one: the elements below its step, and below its end.
    var cuts: [Int] { [step, step * extent] }
}

/// The dimensions a buffer is being given: a cut at c means that a dimension ends where neighbours are c elements apart.
struct BufferLayout {
    let count: Int
    /// Descending; each divides the one before.
    private(set) var cuts: [Int] = []
    /// Whether the producer's axes have decided.
    var isSettled = false
    /// Stretches that a reduction walks as one axis.
    private var frozen: [ClosedRange<Int>] = []

    init(count: Int) { self.count = count }

    /// Extents, outermost first.
    var shape: [Int] {
        let borders = [count] + cuts + [1]
        return count == 1 ? [] : zip(borders, borders.dropFirst()).map { $0 / $1 }
    }

    /// Whether a cut may be there: it divides what is there already and lies in no frozen stretch.
    func allows(_ cut: Int) -> Bool {
        if cut <= 1 || cut >= count || cuts.contains(cut) { return true }
        return !isSettled && count % cut == 0 && cuts.allSatisfy { $0 % cut == 0 || cut % $0 == 0 }
            && !frozen.contains { $0.contains(cut) }
    }

    /// Adds a cut where it is allowed.
    mutating func add(_ cut: Int) {
        guard cut > 1, cut < count, !cuts.contains(cut), allows(cut) else { return }
        cuts = (cuts + [cut]).sorted(by: >)
    }

    /// Sets the producer's cuts, whatever others wish.
    mutating func force(_ required: [Int]) {
        let others = cuts.filter { cut in required.allSatisfy { $0 % cut == 0 || cut % $0 == 0 } }
        cuts = Array(Set(others + required)).filter { $0 > 1 && $0 < count }.sorted(by: >)
    }

    /// Keeps the inside of a reduction's axis free of cuts.
    mutating func freeze(_ walk: Walk) {
        guard walk.extent > 2 || walk.step > 1, walk.step + 1 < walk.step * walk.extent else { return }
        frozen.append((walk.step + 1)...(walk.step * walk.extent - 1))
    }
}
