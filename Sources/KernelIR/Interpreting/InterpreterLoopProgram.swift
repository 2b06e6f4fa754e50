/// Computes a loop program as a device would, one work-item after another; a sanitizer for schedules.
public enum LoopProgramInterpreter {
    /// The values of all output buffers, row-major, by name.
    ///
    /// `inputs` holds every input and parameter, row-major. Throws `internalInconsistency` for an access out of bounds,
    /// a read of an element never written (also of locals, which are undefined at their allocation), a race between
    /// work-items and a barrier that not all work-items reach; `badInput` for wrong inputs.
    public static func run(
        _ program: LoopProgram, inputs: [String: [Double]], arithmetic: Arithmetic = .double
    ) throws(KernelwrightError) -> [String: [Double]] {
        let memory = try deviceMemory(program.buffers, inputs, program.name)
        for kernel in program.kernels {
            let place = "\(program.name), kernel \(kernel.name)"
            var runner = KernelRunner(
                kernel, ExprCompiler(place: place, arithmetic: arithmetic, memory: memory))
            try runner.run()
        }
        return try outputs(program.buffers, memory, program.name)
    }
}

/// One kernel with everything resolved.
private struct KernelRunner {
    private let kernel: Kernel
    private let compiler: ExprCompiler
    private let slots: AxisSlots
    private let agent = Agent()
    private let items: Int
    private let itemSlot: UnsafeMutablePointer<Int>

    init(_ kernel: Kernel, _ compiler: ExprCompiler) {
        self.kernel = kernel
        items = kernel.local.reduce(1) { $0 * $1.extent }
        slots = AxisSlots(capacity: kernel.grid.count + kernel.local.count + kernel.body.loopCount + 1)
        itemSlot = slots.add()
        var compiler = compiler
        compiler.item = itemSlot
        self.compiler = compiler
    }

    mutating func run() throws(KernelwrightError) {
        var scope = compiler
        var grid: [UnsafeMutablePointer<Int>] = []
        for axis in kernel.grid { grid.append(declare(axis.name, 0...max(axis.extent - 1, 0), &scope)) }
        for axis in kernel.local { _ = declare(axis.name, 0...max(axis.extent - 1, 0), &scope) }
        let stored = kernel.body.storedBuffers.compactMap { scope.memory[$0] }
        for cells in stored { cells.shadow = Shadow(count: cells.count, agent: agent) }
        defer { for cells in stored { cells.shadow = nil } }
        let body = try block(kernel.body, &scope)
        let agent = agent
        agent.group = -1
        try groups(grid) { () throws(KernelwrightError) in
            agent.group += 1
            agent.epoch = 0
            try body()
        }()
    }

    /// Runs the body for every group, in the kernel's order.
    private func groups(_ grid: [UnsafeMutablePointer<Int>], _ body: @escaping Run) -> Run {
        let extents = kernel.grid.map(\.extent)
        guard let order = kernel.rasterization, extents.count >= 2 else { return loops(grid, extents, body) }
        let outer = extents.count - 2
        let (row, column, rows, columns) = (grid[outer], grid[outer + 1], extents[outer], extents[outer + 1])
        return loops(Array(grid[..<outer]), Array(extents[..<outer])) { () throws(KernelwrightError) in
            for number in 0..<(rows * columns) {
                let place = order.place(of: number, rows: rows, columns: columns)
                row.pointee = place.row
                column.pointee = place.column
                try body()
            }
        }
    }

    private func declare(
        _ axis: String, _ range: ClosedRange<Int>, _ scope: inout ExprCompiler
    ) -> UnsafeMutablePointer<Int> {
        let slot = slots.add()
        scope.axes[axis] = slot
        scope.ranges[axis] = range
        return slot
    }

    /// Statements of a whole group: barriers part stretches that each work-item runs on its own.
    private func block(_ statements: [Statement], _ scope: inout ExprCompiler) throws(KernelwrightError) -> Run {
        var runs: [Run] = []
        var stretch: [Run] = []
        for statement in statements {
            if items > 1, statement.hasBarrier {
                runs.append(forEachItem(sequence(stretch), scope))
                stretch = []
                runs.append(try collective(statement, scope))
            } else {
                stretch.append(try single(statement, &scope))
            }
        }
        runs.append(forEachItem(sequence(stretch), scope))
        return sequence(runs)
    }

    private func forEachItem(_ body: @escaping Run, _ scope: ExprCompiler) -> Run {
        guard items > 1 else { return body }
        let (agent, itemSlot) = (agent, itemSlot)
        let locals = kernel.local.compactMap { scope.axes[$0.name] }
        let extents = kernel.local.map(\.extent)
        let all = loops(locals, extents) { () throws(KernelwrightError) in
            itemSlot.pointee = agent.item
            try body()
            agent.item += 1
        }
        return { () throws(KernelwrightError) in
            agent.item = 0
            try all()
        }
    }

    /// A statement that holds a barrier, run by all work-items together.
    private func collective(_ statement: Statement, _ scope: ExprCompiler) throws(KernelwrightError) -> Run {
        var inner = scope
        switch statement {
        case .barrier:
            let agent = agent
            return { agent.epoch += 1 }
        case .loop(let axis, let start, let end, _, let body):
            let slot = declare(axis, start...max(end - 1, start), &inner)
            return loop(slot, start, end, try block(body, &inner))
        case .when(let bounds, let then, let otherwise):
            guard bounds.allSatisfy({ $0.index.axes.isDisjoint(with: kernel.local.map(\.name)) }) else {
                throw scope.failure("barrier under a condition on local axes")
            }
            let holds = try scope.compile(bounds)
            var other = scope
            let (first, second) = (try block(then, &inner), try block(otherwise, &other))
            return { () throws(KernelwrightError) in try holds() ? first() : second() }
        case .allocate, .store, .matrix, .asyncCopy: return try single(statement, &inner)
        case .combine(let reduction):
            let combiner = try ItemCombiner(reduction, scope, items: items, item: itemSlot)
            return { () throws(KernelwrightError) in try combiner.run() }
        }
    }

    /// A statement as one work-item runs it.
    private func single(_ statement: Statement, _ scope: inout ExprCompiler) throws(KernelwrightError) -> Run {
        switch statement {
        // Alone, a work-item has the result already.
        case .barrier, .combine: return {}
        case .allocate(let local): return allocate(local, &scope)
        case .store(let stores): return try store(stores, scope)
        case .matrix(let product): return try scope.compile(product, slots)
        case .asyncCopy(let copy): return try store(copy.stores, scope)
        case .loop(let axis, let start, let end, _, let body):
            var inner = scope
            let slot = declare(axis, start...max(end - 1, start), &inner)
            return loop(slot, start, end, try singles(body, inner))
        case .when(let bounds, let then, let otherwise):
            let holds = try scope.compile(bounds)
            let (first, second) = (try singles(then, scope), try singles(otherwise, scope))
            return { () throws(KernelwrightError) in try holds() ? first() : second() }
        }
    }

    private func singles(_ statements: [Statement], _ scope: ExprCompiler) throws(KernelwrightError) -> Run {
        var scope = scope
        var runs: [Run] = []
        for statement in statements { runs.append(try single(statement, &scope)) }
        return sequence(runs)
    }

    private func allocate(_ local: LocalBuffer, _ scope: inout ExprCompiler) -> Run {
        let isShared = local.space == .local
        let cells = Cells(local.name, local.type, shape: local.shape, copies: isShared ? 1 : items)
        if isShared, items > 1 { cells.shadow = Shadow(count: cells.count, agent: agent, isPerGroup: true) }
        scope.memory[local.name] = cells
        let (agent, items) = (agent, items)
        // A shared buffer becomes undefined once a group, when its first work-item arrives.
        return { if !isShared || items == 1 || agent.item == 0 { cells.forget(copy: agent.item) } }
    }

    private func store(_ stores: [Store], _ scope: ExprCompiler) throws(KernelwrightError) -> Run {
        var writes: [(value: Evaluate, put: (Double) throws(KernelwrightError) -> Void, holds: (() -> Bool)?)] = []
        for store in stores {
            let holds = store.bounds.isEmpty ? nil : try scope.compile(store.bounds)
            writes.append((try scope.compile(store.value), try put(store, scope), holds))
        }
        if writes.count == 1, writes[0].holds == nil {
            let (value, put) = (writes[0].value, writes[0].put)
            return { () throws(KernelwrightError) in try put(try value()) }
        }
        return { () throws(KernelwrightError) in
            var values: [Double?] = []
            for write in writes { values.append(write.holds?() ?? true ? try write.value() : nil) }
            for (write, value) in zip(writes, values) {
                if let value { try write.put(value) }
            }
        }
    }

    private func put(
        _ store: Store, _ scope: ExprCompiler
    ) throws(KernelwrightError) -> (Double) throws(KernelwrightError) -> Void {
        let cells = try scope.cells(store.buffer)
        guard let written = cells.written else { throw scope.failure("it writes the input \(store.buffer)") }
        let locate = try scope.address(store.indices, of: cells)
        let (values, type, arithmetic, shadow) = (cells.values, cells.type, scope.arithmetic, cells.shadow)
        let race = scope.failure("two work-items touch an element of \(store.buffer) that one of them writes")
        return { value throws(KernelwrightError) in
            let element = try locate()
            if let shadow, shadow.write(element) { throw race }
            values[element] = arithmetic.rounded(value, to: type)
            written[element] = true
        }
    }
}

private func sequence(_ runs: [Run]) -> Run {
    switch runs.count {
    case 0: return {}
    case 1: return runs[0]
    default:
        return { () throws(KernelwrightError) in
            var position = 0
            while position < runs.count {
                try runs[position]()
                position += 1
            }
        }
    }
}

extension [Statement] {
    /// Axes that statements bring into scope, at any depth.
    fileprivate var loopCount: Int { reduce(0) { $0 + $1.loopCount } }

    /// Names of everything stored to, at any depth.
    fileprivate var storedBuffers: Set<String> { reduce(into: []) { $0.formUnion($1.storedBuffers) } }
}

extension Statement {
    fileprivate var blocks: [[Statement]] {
        switch self {
        case .loop(_, _, _, _, let body): [body]
        case .when(_, let then, let otherwise): [then, otherwise]
        case .allocate, .store, .barrier, .combine, .matrix, .asyncCopy: []
        }
    }

    fileprivate var loopCount: Int {
        let own =
            switch self {
            case .loop: 1
            case .matrix(let product): product.axes.count
            case .allocate, .store, .when, .combine, .asyncCopy, .barrier: 0
            }
        return blocks.reduce(own) { $0 + $1.loopCount }
    }

    /// Whether work-items meet in it, so that none may run it on its own.
    fileprivate var hasBarrier: Bool {
        switch self {
        case .barrier, .combine: return true
        default: return blocks.contains { $0.contains(where: \.hasBarrier) }
        }
    }

    fileprivate var storedBuffers: Set<String> {
        guard case .store(let stores) = self else {
            return blocks.reduce(into: []) { $0.formUnion($1.storedBuffers) }
        }
        return Set(stores.map(\.buffer))
    }
}
