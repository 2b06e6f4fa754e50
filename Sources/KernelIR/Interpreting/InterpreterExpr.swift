/// Computes a value at the current point.
typealias Evaluate = () throws(KernelwrightError) -> Double
/// Computes an integer at the current point.
typealias Count = () -> Int

/// Turns expressions into closures in which axes are slots and buffers are pointers.
struct ExprCompiler {
    var place: String
    var arithmetic: Arithmetic
    var axes: [String: UnsafeMutablePointer<Int>] = [:]
    var ranges = Ranges()
    var memory: [String: Cells]
    /// Number of the work-item, for buffers with private copies.
    var item: UnsafeMutablePointer<Int>?
    /// States of the operands of a combine.
    var left: UnsafeMutablePointer<Double>?
    var right: UnsafeMutablePointer<Double>?
    var states: [DType] = []

    func failure(_ message: String) -> KernelwrightError {
        KernelwrightError(.internalInconsistency, "\(place): \(message)")
    }

    /// Compiles one expression.
    func compile(_ expr: Expr) throws(KernelwrightError) -> Evaluate {
        let arithmetic = arithmetic
        switch expr {
        case .constant(let value, let type):
            let rounded = arithmetic.rounded(value, to: type)
            return { rounded }
        case .index(let index, _):
            let count = try compile(index)
            return { Double(count()) }
        case .load(let load): return try compile(load)
        case .unary(let op, let operand):
            let (value, function) = (try compile(operand), scalarFunction(op))
            return try rounding(expr) { () throws(KernelwrightError) in function(try value()) }
        case .binary(let op, let left, let right): return try rounding(expr, try compile(op, left, right))
        case .select(let condition, let whenTrue, let whenFalse):
            let (test, first, second) = (try compile(condition), try compile(whenTrue), try compile(whenFalse))
            return { () throws(KernelwrightError) in
                let (a, b) = (try first(), try second())
                return try test() != 0 ? a : b
            }
        case .cast(let type, let operand):
            let value = try compile(operand)
            return { () throws(KernelwrightError) in converted(try value(), to: type, arithmetic) }
        case .inside(let bounds):
            let holds = try compile(bounds)
            return { holds() ? 1 : 0 }
        case .left(let state): return try compile(state, of: left)
        case .right(let state): return try compile(state, of: right)
        case .state(let state): return try compile(state, of: left)
        }
    }

    private func compile(_ op: BinaryOperator, _ left: Expr, _ right: Expr) throws(KernelwrightError) -> Evaluate {
        let (a, b) = (try compile(left), try compile(right))
        switch op {
        case .add: return { () throws(KernelwrightError) in try a() + b() }
        case .subtract: return { () throws(KernelwrightError) in try a() - b() }
        case .multiply: return { () throws(KernelwrightError) in try a() * b() }
        default:
            let function = scalarFunction(op, of: try type(left))
            return { () throws(KernelwrightError) in function(try a(), try b()) }
        }
    }

    private func rounding(_ expr: Expr, _ evaluate: @escaping Evaluate) throws(KernelwrightError) -> Evaluate {
        guard arithmetic == .declared else { return evaluate }
        let (type, arithmetic) = (try type(expr), arithmetic)
        guard type.isFloatingPoint, type != .float64 else { return evaluate }
        return { () throws(KernelwrightError) in arithmetic.rounded(try evaluate(), to: type) }
    }

    private func type(_ expr: Expr) throws(KernelwrightError) -> DType {
        expr.type(buffers: memory.mapValues(\.type), states: states)
    }

    private func compile(
        _ state: Int, of states: UnsafeMutablePointer<Double>?
    ) throws(KernelwrightError) -> Evaluate {
        guard let states, self.states.indices.contains(state) else { throw failure("no state \(state) here") }
        let cell = states + state
        return { cell.pointee }
    }
}

extension ExprCompiler {
    /// Compiles an index.
    func compile(_ index: Index) throws(KernelwrightError) -> Count {
        let constant = index.constant
        var (factors, slots, others): ([Int], [UnsafeMutablePointer<Int>], [Count]) = ([], [], [])
        for term in index.terms {
            if case .axis(let name) = term.atom {
                factors.append(term.coefficient)
                slots.append(try slot(name))
            } else {
                let (factor, atom) = (term.coefficient, try compile(term.atom))
                others.append { factor * atom() }
            }
        }
        let affine = affine(constant, factors, slots)
        return others.reduce(affine) { sum, other in { sum() + other() } }
    }

    private func affine(_ constant: Int, _ factors: [Int], _ slots: [UnsafeMutablePointer<Int>]) -> Count {
        switch factors.count {
        case 0: return { constant }
        case 1:
            let (a, x) = (factors[0], slots[0])
            return { constant + a * x.pointee }
        case 2:
            let (a, x, b, y) = (factors[0], slots[0], factors[1], slots[1])
            return { constant + a * x.pointee + b * y.pointee }
        default:
            let (a, x, b, y) = (factors[0], slots[0], factors[1], slots[1])
            let rest = affine(constant, Array(factors.dropFirst(2)), Array(slots.dropFirst(2)))
            return { a * x.pointee + b * y.pointee + rest() }
        }
    }

    private func compile(_ atom: Index.Atom) throws(KernelwrightError) -> Count {
        switch atom {
        case .axis(let name):
            let slot = try slot(name)
            return { slot.pointee }
        case .quotient(let index, let divisor):
            let value = try compile(index)
            return { floorQuotient(value(), divisor) }
        case .remainder(let index, let divisor):
            let value = try compile(index)
            return { floorRemainder(value(), divisor) }
        }
    }

    private func slot(_ axis: String) throws(KernelwrightError) -> UnsafeMutablePointer<Int> {
        guard let slot = axes[axis] else { throw failure("axis \(axis) is not in scope") }
        return slot
    }

    /// Compiles a conjunction of bounds.
    func compile(_ bounds: [Bound]) throws(KernelwrightError) -> () -> Bool {
        var holds: () -> Bool = { true }
        for (position, bound) in bounds.enumerated() {
            let (value, extent) = (try compile(bound.index), bound.extent)
            let others = holds
            holds =
                position == 0
                ? { (0..<extent).contains(value()) } : { others() && (0..<extent).contains(value()) }
        }
        return holds
    }

    private func compile(_ load: Load) throws(KernelwrightError) -> Evaluate {
        let cells = try cells(load.buffer)
        let (locate, values) = (try address(load.indices, of: cells), cells.values)
        let read: Evaluate
        if let written = cells.written {
            let (shadow, unwritten) = (cells.shadow, failure("it reads an element of \(cells.name) never written"))
            let race = failure("it reads an element of \(cells.name) that another work-item writes")
            read = { () throws(KernelwrightError) in
                let element = try locate()
                guard written[element] else { throw unwritten }
                if let shadow, shadow.read(element) { throw race }
                return values[element]
            }
        } else {
            read = { () throws(KernelwrightError) in values[try locate()] }
        }
        guard !load.bounds.isEmpty else { return read }
        let (holds, fill) = (try compile(load.bounds), load.fill)
        return { () throws(KernelwrightError) in holds() ? try read() : fill }
    }

    /// The buffer of that name.
    func cells(_ name: String) throws(KernelwrightError) -> Cells {
        guard let cells = memory[name] else { throw failure("buffer \(name) is unknown") }
        return cells
    }

    /// Where an element lies; checks each index that ranges do not prove.
    func address(
        _ indices: [Index], of cells: Cells
    ) throws(KernelwrightError) -> () throws(KernelwrightError) -> Int {
        guard indices.count == cells.shape.count else {
            throw failure("\(cells.name) has rank \(cells.shape.count) but \(indices.count) indices are given")
        }
        let linear = zip(indices, cells.strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }
        let shared = try compile(linear)
        var offset = shared
        if cells.copies > 1, let item {
            let count = cells.count
            offset = { shared() + count * item.pointee }
        }
        var checks: [(value: Count, extent: Int, error: KernelwrightError)] = []
        for (dimension, index) in indices.enumerated() where !index.isInside(cells.shape[dimension], ranges) {
            checks.append(
                (
                    try compile(index), cells.shape[dimension],
                    failure("index \(dimension) of \(cells.name) (\(index)) leaves extent \(cells.shape[dimension])")
                ))
        }
        guard !checks.isEmpty else { return { offset() } }
        return { () throws(KernelwrightError) in
            for check in checks where !(0..<check.extent).contains(check.value()) { throw check.error }
            return offset()
        }
    }
}
