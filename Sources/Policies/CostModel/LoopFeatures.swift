import Foundation
import KernelIR

/// What a cost model sees of a candidate before anything is compiled: counts over the whole program, mostly in binary
/// logarithms, so that differences of two candidates are ratios.
struct LoopFeatures: Sendable, Hashable {
    /// Executed vector operations and stores, of all work-groups.
    private(set) var operations = 0.0
    /// Bytes that loads and stores move between registers and the first-level cache.
    private(set) var accessedBytes = 0.0
    /// Bytes between memory and the caches, if what fits them stays there from kernel to kernel.
    private(set) var memoryBytes = 0.0
    /// Vector loads whose lanes do not lie next to each other.
    private(set) var gathers = 0.0
    /// Operations of the busiest core over the mean, since work-groups are indivisible; at least 1.
    private(set) var imbalance = 1.0
    /// Vector registers that the hungriest kernel's own buffers fill at a time.
    private(set) var registers = 0.0
    /// Bytes of buffers that live from one kernel to the next.
    private(set) var scratchBytes = 0.0
    /// Statements once everything is written out.
    private(set) var statements = 0.0
    private(set) var kernels = 0.0
    /// Bytes written past the caches.
    private(set) var streamedBytes = 0.0
    /// Operations on elementary functions of the language, which are slower than the project's own.
    private(set) var exactFunctions = 0.0

    /// Walks the whole program; O(statements).
    init(_ program: LoopProgram, target: TargetProfile) {
        let buffers = Dictionary(program.buffers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var weighted = 0.0
        for kernel in program.kernels {
            var walk = Walk(buffers: buffers, math: kernel.math, target: target)
            let groups = Double(kernel.grid.map(\.extent).reduce(1, *))
            walk.visit(kernel.body, Walk.Place(times: groups))
            let rounds = (groups / Double(target.cores)).rounded(.up) * Double(target.cores) / groups
            weighted += walk.operations * rounds
            operations += walk.operations
            accessedBytes += walk.accessedBytes
            gathers += walk.gathers
            registers = max(registers, walk.registerBytes / walk.vectorBytes)
            statements += walk.statements
            streamedBytes += walk.streamedBytes
            exactFunctions += walk.exactFunctions
            memoryBytes += walk.touched.sorted().compactMap { buffers[$0] }.reduce(0) { sum, buffer in
                let bytes = Double(buffer.byteCount)
                let stays = buffer.role == .temporary && buffer.byteCount <= target.l2Bytes
                return sum + (stays ? 0 : bytes)
            }
        }
        imbalance = operations > 0 ? weighted / operations : 1
        kernels = Double(program.kernels.count)
        scratchBytes = Double(program.buffers.filter { $0.role == .temporary }.map(\.byteCount).reduce(0, +))
    }

    /// The features in a fixed order; `priors` has a weight for each.
    func vector(registers available: Int) -> [Double] {
        [
            log2(1 + operations), log2(1 + accessedBytes), log2(1 + memoryBytes), log2(imbalance),
            max(0, registers / Double(available) - 1), log2(1 + gathers / max(1, operations) * 16),
            log2(1 + kernels), streamedBytes / max(1, memoryBytes), log2(1 + exactFunctions / max(1, operations) * 16),
            log2(1 + statements) / 4, -min(registers, Double(available)) / Double(available),
        ]
    }

    /// Effects on log₂ of the time that are assumed before anything was measured: a program's time goes with its
    /// operations and its bytes about half each, and imbalance is paid in full.
    static let priors = [0.4, 0.1, 0.4, 1, 0.3, 0.3, 0.05, -0.1, 0.2, 0, 0.1]
}

/// The counts of one kernel.
private struct Walk {
    let buffers: [String: Buffer]
    let math: MathMode
    let target: TargetProfile
    var operations = 0.0
    var accessedBytes = 0.0
    var gathers = 0.0
    /// The most bytes of registers that are in scope at once, and those that are where the walk stands.
    var registerBytes = 0.0
    var liveBytes = 0.0
    var statements = 0.0
    var streamedBytes = 0.0
    var exactFunctions = 0.0
    var touched: Set<String> = []

    /// Bytes of the widest vector of float32.
    var vectorBytes: Double { Double(4 * (target.vectorWidths.last ?? 1)) }

    /// What surrounds a statement.
    struct Place {
        /// Iterations of the grid and of serial loops.
        var times: Double
        /// Loops that are written out: a load that does not depend on one stays in a register over its copies.
        var unrolled: [(axis: String, count: Double)] = []
        /// The loop of lanes, whose iterations are one operation.
        var lanes: (axis: String, count: Int)?

        var copies: Double { unrolled.map(\.count).reduce(1, *) }
    }

    /// Visits a block, whose buffers live until its end.
    mutating func visit(_ block: [Statement], _ place: Place) {
        let outside = liveBytes
        for statement in block { visit(statement, place) }
        liveBytes = outside
    }

    private mutating func visit(_ statement: Statement, _ place: Place) {
        switch statement {
        case .loop(let axis, let start, let end, let kind, let body):
            var inside = place
            switch kind {
            case .serial: inside.times *= Double(end - start)
            case .unrolled: inside.unrolled.append((axis, Double(end - start)))
            case .lanes: inside.lanes = (axis, end - start)
            }
            visit(body, inside)
        case .allocate(let buffer):
            guard buffer.space == .register else { break }
            liveBytes += Double(buffer.byteCount)
            registerBytes = max(registerBytes, liveBytes)
        case .store(let stores): for store in stores { visit(store, place) }
        case .when(_, let then, let otherwise):
            // The first branch is the common one: full blocks.
            visit(then, place)
            var rare = place
            rare.times = 0
            visit(otherwise, rare)
        case .matrix(let product):
            // One operation of the machine, as a vector is one.
            statements += place.copies
            operations += place.times * place.copies
            for load in product.loads { access(load.buffer, load.indices, place) }
        case .barrier: break
        case .combine(let reduction): operations += place.times * place.copies * Double(reduction.monoid.combine.count)
        case .asyncCopy(let copy): for store in copy.stores { visit(store, place) }
        }
    }

    private mutating func visit(_ store: Store, _ place: Place) {
        let times = place.times * place.copies
        statements += place.copies
        operations += times
        access(store.buffer, store.indices, place)
        if store.isStreaming, let buffer = buffers[store.buffer] {
            streamedBytes += times * Double((place.lanes?.count ?? 1) * buffer.type.byteCount)
        }
        store.value.forEach { node in
            switch node {
            case .load(let load): access(load.buffer, load.indices, place)
            case .unary(let operation, _):
                operations += times
                if math == .exact, operation.isElementary { exactFunctions += times }
            case .binary, .select: operations += times
            default: break
            }
        }
    }

    private mutating func access(_ name: String, _ indices: [Index], _ place: Place) {
        guard let buffer = buffers[name] else { return }
        touched.insert(name)
        let axes = Set(indices.flatMap(\.axes))
        let times = place.unrolled.reduce(place.times) { $0 * (axes.contains($1.axis) ? $1.count : 1) }
        var width = 1
        if let lanes = place.lanes, axes.contains(lanes.axis) {
            width = lanes.count
            let isContiguous = zip(indices, buffer.strides).allSatisfy { index, stride in
                !index.hidesAxis(lanes.axis) && [0, 1].contains(index.coefficient(of: lanes.axis) * stride)
            }
            if !isContiguous { gathers += times }
        }
        accessedBytes += times * Double(width * buffer.type.byteCount)
    }
}
