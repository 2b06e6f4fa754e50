import KernelIR

/// Weighs computing a map in each of its readers against storing its results once, by a count of operations and bytes.
///
/// A stage takes a launch and the longer of two times: of its operations, and of the bytes it moves. Operations are
/// those of `OperationCount`, so a reader computes a map once for each point of its loops down to the innermost one that
/// the map's place depends on: a sum once for each summed point, whoever spreads a row over many once for each of them.
/// Bytes are each operand's elements, once a stage, and the results. They move at the rate of memory, or at that of
/// caches:
///
/// - temporaries that fit half of the last-level cache, and other buffers of that size once they have been read;
/// - what a reduction has read before, for a stage that its results go into: macros join the two inside a row.
///
/// Loads that lie apart and guards cost nothing here: both ways have them.
struct FusionCost {
    private let program: TensorProgram
    private let rates: CoreRates
    private let cores: Double
    private let cachedBytes: Int

    init(_ state: ScheduleState) {
        program = state.program
        rates = CoreRates(state.target)
        cores = Double(state.target.cores)
        cachedBytes = state.target.l3Bytes / 2
    }

    /// How many times cheaper storing must be: rates and the costs of operations are off for any one machine, and what
    /// is stored takes memory.
    static let margin = 1.25
    /// How many times the rate of memory caches have.
    static let cacheSpeed = 4.0

    /// Whether a map is better stored.
    func keeps(_ name: String) -> Bool {
        guard let map = program.stage(name), repeats(map) else { return false }
        return saving(of: map) >= Self.margin
    }

    /// Whether readers that compute the map themselves do so more often than it has elements.
    func repeats(_ map: Stage) -> Bool {
        func times(_ expressions: [Expr], _ axes: [Axis]) -> Double {
            let turns = LoopTurns(axes)
            let places = Set(expressions.flatMap(\.loads).filter { map.outputs.contains($0.buffer) }.map(\.indices))
            return places.reduce(0) { $0 + turns.counts[turns.depth(of: $1)] }
        }
        let computed = program.readers(of: map).reduce(0.0) { sum, reader in
            sum + times(reader.body, reader.axes + reader.reduceAxes) + times(reader.finish, reader.axes)
        }
        return computed > map.axes.reduce(1.0) { $0 * Double($1.extent) }
    }

    /// How many times the cost of storing the map the readers have that compute it themselves; the readers' own work
    /// counts on both sides.
    func saving(of map: Stage) -> Double {
        let readers = program.readers(of: map)
        let types = program.bufferTypes
        return seconds(readers.map { $0.inlining(map, types) }) / seconds([map] + readers)
    }

    /// Seconds of stages that run one after the other.
    func seconds(_ stages: [Stage]) -> Double {
        var total = 0.0
        var read: Set<String> = []
        // What reductions have read, by what their results go into.
        var rows: [(operands: Set<String>, results: Set<String>)] = []
        for stage in stages {
            let operands = Set(stage.loads.map(\.buffer))
            let inRow = rows.filter { !$0.results.isDisjoint(with: operands) }.reduce(into: Set<String>()) {
                $0.formUnion($1.operands)
            }
            let moving = movedBytes(stage, inRow: inRow, read: read) / rates.bytesPerSecond
            let computing = operations(stage) / rates.operationsPerSecond
            total += rates.launchSeconds + max(moving, computing) / cores
            read.formUnion(operands)
            if stage.isReduction { rows.append((operands, buffers(behind: stage))) }
        }
        return total
    }

    private func operations(_ stage: Stage) -> Double {
        var points = OperationCount(stage.axes + stage.reduceAxes)
        for expr in stage.body + (stage.monoid?.combine ?? []) { points.add(expr) }
        var results = OperationCount(stage.axes)
        for expr in stage.finish { results.add(expr) }
        return points.total + results.total
    }

    /// Bytes between a core and memory, those between a core and caches counted for less.
    private func movedBytes(_ stage: Stage, inRow: Set<String>, read: Set<String>) -> Double {
        let extents = Dictionary(
            (stage.axes + stage.reduceAxes).map { ($0.name, Double($0.extent)) },
            uniquingKeysWith: { first, _ in first })
        var elements: [String: Double] = [:]
        for load in Set(stage.loads) {
            let axes = Set(load.indices.flatMap(\.axes))
            elements[load.buffer, default: 0] += axes.reduce(1.0) { $0 * (extents[$1] ?? 1) }
        }
        var total = 0.0
        for (name, count) in elements.sorted(by: { $0.key < $1.key }) {
            guard let buffer = program.buffer(name) else { continue }
            let isNear = inRow.contains(name) || fits(buffer) && (buffer.role == .temporary || read.contains(name))
            let bytes = min(count, Double(buffer.count)) * Double(buffer.type.byteCount)
            total += isNear ? bytes / Self.cacheSpeed : bytes
        }
        for buffer in stage.outputs.compactMap({ program.buffer($0) }) {
            let isNear = fits(buffer) && buffer.role == .temporary
            total += Double(buffer.byteCount) / (isNear ? Self.cacheSpeed : 1)
        }
        return total
    }

    private func fits(_ buffer: Buffer) -> Bool { buffer.byteCount <= cachedBytes }

    /// The buffers that a stage's results go into, directly or through other stages.
    private func buffers(behind stage: Stage) -> Set<String> {
        program.stages.reduce(into: Set(stage.outputs)) { reached, next in
            if next.loads.contains(where: { reached.contains($0.buffer) }) { reached.formUnion(next.outputs) }
        }
    }
}
