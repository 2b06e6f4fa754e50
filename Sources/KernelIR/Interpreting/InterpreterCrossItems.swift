/// Combines the states of a group's work-items, row by row, in ascending order of their numbers.
struct ItemCombiner {
    /// One state of every work-item; `locate` finds that of the current one.
    private struct State {
        let cells: Cells
        let locate: () throws(KernelwrightError) -> Int
        let unwritten: KernelwrightError
    }

    /// What has been combined so far, the next work-item's states, and what the two give.
    private final class Operands {
        let values: UnsafeMutablePointer<Double>

        init(states: Int) {
            values = .allocate(capacity: 3 * states)
            values.initialize(repeating: 0, count: 3 * states)
        }

        deinit { values.deallocate() }
    }

    private let reduction: CrossItemReduction
    private let items: Int
    private let item: UnsafeMutablePointer<Int>
    private let states: [State]
    private let operands: Operands
    private let combines: [Evaluate]
    private let arithmetic: Arithmetic

    /// - Parameters:
    ///   - items: the work-items of a group.
    ///   - item: the number of the current one, which is what the scope's private buffers look at.
    init(
        _ reduction: CrossItemReduction, _ scope: ExprCompiler, items: Int, item: UnsafeMutablePointer<Int>
    ) throws(KernelwrightError) {
        (self.reduction, self.items, self.item) = (reduction, items, item)
        let monoid = reduction.monoid
        operands = Operands(states: monoid.states.count)
        var combining = scope
        (combining.left, combining.right) = (operands.values, operands.values + monoid.states.count)
        combining.states = monoid.states
        var (states, combines): ([State], [Evaluate]) = ([], [])
        for place in reduction.states {
            let cells = try scope.cells(place.buffer)
            states.append(
                State(
                    cells: cells, locate: try scope.address(place.indices, of: cells),
                    unwritten: scope.failure("it combines an element of \(place.buffer) never written")))
        }
        for combine in monoid.combine { combines.append(try combining.compile(combine)) }
        guard states.count == combines.count, reduction.count >= 1, reduction.stride >= 1,
            items % (reduction.count * reduction.stride) == 0
        else { throw scope.failure("the places of states, or the rows of work-items, do not fit the combination") }
        (self.states, self.combines, arithmetic) = (states, combines, scope.arithmetic)
    }

    /// Combines every row of the group.
    func run() throws(KernelwrightError) {
        let block = reduction.count * reduction.stride
        for first in 0..<items where first % block < reduction.stride { try combineRow(from: first) }
    }

    private func combineRow(from first: Int) throws(KernelwrightError) {
        let (count, totals) = (states.count, operands.values)
        try read(first, into: totals)
        for position in 1..<reduction.count {
            try read(first + position * reduction.stride, into: totals + count)
            for state in 0..<count { totals[2 * count + state] = try combines[state]() }
            for state in 0..<count {
                totals[state] = arithmetic.rounded(totals[2 * count + state], to: states[state].cells.type)
            }
        }
        for position in 0..<reduction.count {
            let hasResult = position == 0 || reduction.isShared
            item.pointee = first + position * reduction.stride
            for (number, state) in states.enumerated() {
                let element = try state.locate()
                state.cells.values[element] = totals[number]
                if let written = state.cells.written { written[element] = hasResult }
            }
        }
    }

    private func read(_ number: Int, into target: UnsafeMutablePointer<Double>) throws(KernelwrightError) {
        item.pointee = number
        for (position, state) in states.enumerated() {
            let element = try state.locate()
            if let written = state.cells.written, !written[element] { throw state.unwritten }
            target[position] = state.cells.values[element]
        }
    }
}
