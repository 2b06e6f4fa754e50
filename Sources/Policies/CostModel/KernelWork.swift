import KernelIR

/// What no compiler can spare a kernel; see `LeastWork`.
struct KernelWork {
    /// An amount of work for something.
    struct Need<Subject: Hashable> {
        /// What is computed, without places, or the buffer that is read or written: one subject's needs may be the same
        /// work.
        var subject: Subject
        var amount: Double
        /// The part it is done for; nil for device memory.
        var part: Int?
    }

    let buffers: [String: Buffer]
    let math: MathMode
    let groups: Double
    /// Device buffers that the kernel writes.
    let outputs: Set<String>
    private let grid: [String: Int]
    /// Every buffer of a work-item or a group that came into scope.
    private var parts: [WorkPart] = []
    /// The latest part of a name.
    private var scope: [String: Int] = [:]
    /// What is read of which part, and for which.
    private var reads: [(part: Int, share: Double, reader: Int?)] = []
    /// The least share of each part that device memory is written from in the end.
    private var shares: [Double] = []
    private var loaded: [Need<String>] = []
    private var stored: [Need<String>] = []
    private var multiplied: [Need<Expr>] = []
    private var added: [Need<Expr>] = []

    /// Walks the kernel; O(statements · expression size²).
    init(_ kernel: Kernel, buffers: [String: Buffer]) {
        self.buffers = buffers
        math = kernel.math
        grid = Self.extents(kernel.grid)
        groups = kernel.grid.reduce(1) { $0 * Double($1.extent) }
        outputs = Set(kernel.body.flatMap(\.writtenBuffers)).intersection(buffers.keys)
        visit(
            kernel.body,
            WorkPlace(extents: Self.extents(kernel.local), ranges: Ranges(kernel.grid + kernel.local)))
        shares = settledShares()
    }

    /// The buffers it surely reads and does not write itself.
    var inputs: Set<String> { Set(loaded.map(\.subject)) }
    var multiplications: Double { least(multiplied) }
    var additions: Double { least(added) }
    /// Bytes of different elements that are read.
    var readBytes: Double { least(loaded) }
    /// The same for those that are written.
    var writtenBytes: Double { least(stored) }

    private static func extents(_ axes: [Axis]) -> [String: Int] {
        Dictionary(axes.map { ($0.name, $0.extent) }, uniquingKeysWith: { first, _ in first })
    }

    /// What remains where one subject's needs are the same work, and work for what nobody reads is not done.
    private func least<Subject>(_ needs: [Need<Subject>]) -> Double {
        var most: [Subject: Double] = [:]
        for need in needs {
            let amount = need.amount * (need.part.map { shares[$0] } ?? 1)
            most[need.subject] = max(most[need.subject] ?? 0, amount)
        }
        // In one order, whatever the dictionary's is.
        return most.values.sorted().reduce(0, +)
    }

    /// The greatest share that any way from a part to device memory leaves.
    private func settledShares() -> [Double] {
        var shares = [Double](repeating: 0, count: parts.count)
        var isSettled = false
        while !isSettled {
            isSettled = true
            for read in reads {
                let share = read.share * (read.reader.map { shares[$0] } ?? 1)
                guard share > shares[read.part] else { continue }
                shares[read.part] = share
                isSettled = false
            }
        }
        return shares
    }
}

// MARK: Statements

extension KernelWork {
    private mutating func visit(_ block: [Statement], _ place: WorkPlace) {
        for statement in block { visit(statement, place) }
    }

    private mutating func visit(_ statement: Statement, _ place: WorkPlace) {
        var inside = place
        switch statement {
        case .loop(let axis, let start, let end, _, let body):
            guard start < end else { return }
            inside.extents[axis] = end - start
            inside.ranges[axis] = start...(end - 1)
            visit(body, inside)
        case .allocate(let buffer):
            scope[buffer.name] = parts.count
            parts.append(WorkPart(buffer, in: place))
        case .store(let stores): for store in stores { visit(store, place) }
        case .when(let bounds, let then, _):
            // The other branch may hold the same work for what is left.
            inside.bounds += bounds
            visit(then, inside)
        case .asyncCopy(let copy): for store in copy.stores { visit(store, place) }
        case .matrix, .combine, .barrier: break
        }
    }

    private mutating func visit(_ store: Store, _ place: WorkPlace) {
        var inside = place
        inside.bounds += store.bounds
        let part = scope[store.buffer]
        let value = evaluate(store.value, in: inside, for: part)
        if let part {
            parts[part].store(value.coordinates, at: store.indices, in: inside)
        } else if let buffer = buffers[store.buffer] {
            let bytes = bytes(of: buffer, at: store.indices, [], in: inside)
            stored.append(Need(subject: store.buffer, amount: bytes))
        }
    }
}

// MARK: What values need

extension KernelWork {
    /// Notes a read, and says what the element tells.
    ///
    /// - Parameter isSure: whether no branch can pass over it.
    mutating func load(_ load: Load, in place: WorkPlace, for reader: Int?, isSure: Bool) -> WorkValue {
        var value = WorkValue(shape: .load(Load(load.buffer, [])), type: .float32)
        value.isLoaded = true
        value.bounds = load.bounds
        if let part = scope[load.buffer] {
            value.type = parts[part].type.inRegisters
            value.coordinates = parts[part].coordinates(at: load.indices, in: place)
            // What only keeps itself up to date is not needed for that.
            if isSure, part != reader {
                reads.append((part, parts[part].readShare(at: load.indices, load.bounds, in: place), reader))
            }
        } else if let buffer = buffers[load.buffer] {
            value.type = buffer.type.inRegisters
            guard !outputs.contains(load.buffer) else { return value }
            value.coordinates = Self.coordinates(of: buffer, at: load.indices)
            if isSure {
                let bytes = bytes(of: buffer, at: load.indices, load.bounds, in: place)
                loaded.append(Need(subject: load.buffer, amount: bytes, part: reader))
            }
        }
        return value
    }

    /// Notes multiplications, some for each different value.
    mutating func multiply(_ value: WorkValue, times: Double = 1, in place: WorkPlace, for part: Int?) {
        multiplied.append(Need(subject: value.shape, amount: times * evaluations(of: value, in: place), part: part))
    }

    /// Notes an addition for each different value.
    mutating func add(_ value: WorkValue, in place: WorkPlace, for part: Int?) {
        added.append(Need(subject: value.shape, amount: evaluations(of: value, in: place), part: part))
    }

    /// The least number of different values that all groups compute.
    private func evaluations(of value: WorkValue, in place: WorkPlace) -> Double {
        let share = (place.bounds + value.bounds).leastShare(place.ranges)
        return groups * share * DistinctPlaces(value.coordinates, extents: place.extents).count
    }

    /// The bytes of the least number of different elements that all groups touch.
    private func bytes(of buffer: Buffer, at indices: [Index], _ bounds: [Bound], in place: WorkPlace) -> Double {
        let everywhere = place.extents.merging(grid) { own, _ in own }
        let share = (place.bounds + bounds).leastShare(place.ranges)
        let elements = share * DistinctPlaces(Self.coordinates(of: buffer, at: indices), extents: everywhere).count
        return min(Double(buffer.byteCount), elements * Double(buffer.type.byteCount))
    }

    /// Indices that are all affine tell most one by one; others as the address, where quotients meet their remainders.
    private static func coordinates(of buffer: Buffer, at indices: [Index]) -> [DistinctPlaces.Coordinate] {
        let isAffine = indices.allSatisfy { index in
            index.terms.allSatisfy { if case .axis = $0.atom { true } else { false } }
        }
        guard !isAffine else { return indices.map { DistinctPlaces.Coordinate(index: $0) } }
        let address = zip(indices, buffer.strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined()
        return [DistinctPlaces.Coordinate(index: address)]
    }
}

extension Statement {
    /// Every buffer that is written here or inside, repeats included.
    fileprivate var writtenBuffers: [String] {
        switch self {
        case .loop(_, _, _, _, let body): body.flatMap(\.writtenBuffers)
        case .when(_, let then, let otherwise): (then + otherwise).flatMap(\.writtenBuffers)
        case .store, .asyncCopy: ownStores.map(\.buffer)
        case .allocate, .combine, .matrix, .barrier: []
        }
    }
}
