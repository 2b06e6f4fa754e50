import KernelIR

/// Writes combinations across work-items out as stores, conditions and barriers on memory that the group shares.
///
/// Of trees nothing else is left. Of shuffles combinations within a warp are left, which only the printer can say.
struct CrossItems {
    private let ranges: Ranges
    /// The number of a work-item in its group, and how many there are.
    private let number: Index
    private let size: Int
    /// Memory for one state of some rows; combinations that follow one another use it in turn.
    private var scratch: [Scratch] = []
    private var isUsed = false

    private struct Scratch {
        let state: Int
        let buffer: LocalBuffer
    }

    /// The kernel with every combination written out as far as that goes.
    ///
    /// - Parameter hasShuffles: whether the language has them.
    /// - Throws: `badInput` for a combination by shuffles where there are none.
    static func written(_ kernel: Kernel, hasShuffles: Bool) throws(KernelwrightError) -> Kernel {
        let reductions = kernel.body.flattened.compactMap { statement in
            if case .combine(let reduction) = statement { reduction } else { nil }
        }
        guard !reductions.isEmpty else { return kernel }
        guard hasShuffles || reductions.allSatisfy({ $0.method != .shuffle }) else {
            throw KernelwrightError(
                .badInput, "kernel \(kernel.name) combines work-items by shuffles, which the language does not have",
                hint: "crossThread with the method tree")
        }
        var writing = CrossItems(kernel)
        let body = writing.statements(kernel.body, isRepeated: false)
        var result = kernel
        result.body = writing.scratch.map { .allocate($0.buffer) } + body
        return result
    }

    private init(_ kernel: Kernel) {
        ranges = Ranges(kernel.local)
        let strides = Buffer("", shape: kernel.local.map(\.extent), role: .temporary).strides
        number = zip(kernel.local, strides).reduce(Index(0)) { $0 + Index.axis($1.0.name) * $1.1 }
        size = kernel.local.reduce(1) { $0 * $1.extent }
    }

    private mutating func statements(_ body: [Statement], isRepeated: Bool) -> [Statement] {
        var result: [Statement] = []
        for statement in body {
            switch statement {
            case .loop(let axis, let start, let end, let kind, let inner):
                let inner = statements(inner, isRepeated: isRepeated || end - start > 1)
                result.append(.loop(axis: axis, start: start, end: end, kind: kind, body: inner))
            case .when(let bounds, let then, let otherwise):
                // A group goes one way: what the other way leaves in memory is nobody's.
                let wasUsed = isUsed
                let first = statements(then, isRepeated: isRepeated)
                let isUsedThen = isUsed
                isUsed = wasUsed
                let second = statements(otherwise, isRepeated: isRepeated)
                isUsed = isUsed || isUsedThen
                result.append(.when(bounds, then: first, otherwise: second))
            case .combine(let reduction):
                switch reduction.method {
                case .tree: result += tree(reduction, isRepeated)
                case .shuffle: result += shuffles(reduction, isRepeated)
                }
            default: result.append(statement)
            }
        }
        return result
    }

    /// Halves the rows in shared memory until one element is left; an odd rest waits for its turn.
    ///
    /// Nobody reads what was written since the last barrier, not even the work-item that wrote it: compilers let others
    /// read along.
    private mutating func tree(_ reduction: CrossItemReduction, _ isRepeated: Bool) -> [Statement] {
        let (count, stride) = (reduction.count, reduction.stride)
        guard count > 1 else { return [] }
        let names = memory(reduction, shape: [size / (count * stride), count, stride])
        let row = number.divided(by: count * stride, ranges)
        let column = number.remainder(by: stride, ranges)
        let position = number.divided(by: stride, ranges).remainder(by: count, ranges)
        func element(_ state: Int, _ position: Index) -> Expr { .load(names[state], [row, position, column]) }
        func stores(_ values: [Expr]) -> Statement {
            .store(names.indices.map { Store(names[$0], [row, position, column], values[$0]) })
        }
        var result = opening(isRepeated)
        result += [stores(reduction.states.map(\.value)), .barrier]
        var left = count
        func combined(_ first: Index, _ second: Index) -> [Expr] {
            reduction.combining(names.indices.map { element($0, first) }, names.indices.map { element($0, second) })
        }
        func results(_ values: [Expr]) -> Statement {
            .store(zip(reduction.states, values).map { Store($0.buffer, $0.indices, $1) })
        }
        while left > 2 || left > 1 && reduction.isShared {
            let half = left.greatestPowerOfTwoBelow
            let sums = combined(position, position + half)
            result += [.when([Bound(position, below: left - half)], then: [stores(sums)], otherwise: []), .barrier]
            left = half
        }
        if reduction.isShared { return result + [results(names.indices.map { element($0, Index(0)) })] }
        let total = results(combined(Index(0), Index(1)))
        return result + [.when([Bound(position, below: 1)], then: [total], otherwise: [])]
    }

    /// Combines each warp, then the warps' results in every warp of the row.
    private mutating func shuffles(_ reduction: CrossItemReduction, _ isRepeated: Bool) -> [Statement] {
        let warp = CrossItemReduction.warpSize
        guard reduction.count > warp else { return reduction.count > 1 ? [.combine(reduction)] : [] }
        let warps = reduction.count / warp
        let names = memory(reduction, shape: [size / reduction.count, warps])
        let row = number.divided(by: reduction.count, ranges)
        let own = number.divided(by: warp, ranges).remainder(by: warps, ranges)
        let lane = number.remainder(by: warp, ranges)
        var (within, across) = (reduction, reduction)
        (within.count, within.isShared) = (warp, false)
        across.count = reduction.isShared ? warp : 2 * warps.greatestPowerOfTwoBelow
        let results = reduction.states.enumerated().map { Store(names[$0], [row, own], $1.value) }
        let loads = reduction.states.enumerated().map { state, place in
            Store(
                place.buffer, place.indices,
                .load(
                    Load(
                        names[state], [row, lane], bounds: [Bound(lane, below: warps)],
                        fill: reduction.monoid.identity[state])))
        }
        var result: [Statement] = [.combine(within)]
        result += opening(isRepeated)
        result.append(.when([Bound(lane, below: 1)], then: [.store(results)], otherwise: []))
        result += [.barrier, .store(loads), .combine(across)]
        return result
    }

    /// Lets everybody read what the memory holds from the combination before.
    private mutating func opening(_ isRepeated: Bool) -> [Statement] {
        defer { isUsed = true }
        return isUsed || isRepeated ? [.barrier] : []
    }

    /// The names of memory of that shape, one a state.
    private mutating func memory(_ reduction: CrossItemReduction, shape: [Int]) -> [String] {
        var names: [String] = []
        for (state, type) in reduction.monoid.states.enumerated() {
            let known = scratch.first { $0.state == state && $0.buffer.type == type && $0.buffer.shape == shape }
            if let known {
                names.append(known.buffer.name)
                continue
            }
            let buffer = LocalBuffer("kw_combine\(scratch.count)", type, shape: shape, space: .local)
            scratch.append(Scratch(state: state, buffer: buffer))
            names.append(buffer.name)
        }
        return names
    }
}

extension CrossItemReduction {
    /// What the states of two work-items give together.
    fileprivate func combining(_ left: [Expr], _ right: [Expr]) -> [Expr] {
        monoid.combine.map { combine in
            combine.rewritten { node in
                switch node {
                case .left(let state): left[state]
                case .right(let state): right[state]
                default: node
                }
            }
        }
    }
}

extension Int {
    /// The greatest power of two less than the number, which is at least 2.
    fileprivate var greatestPowerOfTwoBelow: Int { 1 << (Int.bitWidth - 1 - (self - 1).leadingZeroBitCount) }
}
