/// Computes a tensor program element by element, as its definition says.
public enum TensorProgramInterpreter {
    /// The values of all output buffers, row-major, by name.
    ///
    /// `inputs` holds every input and parameter, row-major. Unknown names and wrong counts throw `badInput`; an access
    /// out of bounds or to an element never written throws `internalInconsistency`. Complexity: points of all stages
    /// times the size of their expressions.
    public static func run(
        _ program: TensorProgram, inputs: [String: [Double]], arithmetic: Arithmetic = .double
    ) throws(KernelwrightError) -> [String: [Double]] {
        let memory = try deviceMemory(program.buffers, inputs, program.name)
        for stage in program.stages {
            let compiler = ExprCompiler(
                place: "\(program.name), stage \(stage.name)", arithmetic: arithmetic, memory: memory)
            try StageRunner(stage, compiler).run()
        }
        return try outputs(program.buffers, memory, program.name)
    }
}

/// Device buffers filled with the inputs, rounded to what their types hold.
func deviceMemory(
    _ buffers: [Buffer], _ inputs: [String: [Double]], _ program: String
) throws(KernelwrightError) -> [String: Cells] {
    var memory: [String: Cells] = [:]
    for buffer in buffers {
        let isInput = buffer.role == .input || buffer.role == .parameter
        let cells = Cells(buffer.name, buffer.type, shape: buffer.shape, isInput: isInput)
        memory[buffer.name] = cells
        guard isInput else { continue }
        guard let values = inputs[buffer.name] else {
            throw KernelwrightError(
                .badInput, "\(program): \(buffer.role.rawValue) \(buffer.name) is missing",
                hint: "given: \(inputs.keys.sorted().joined(separator: ", "))")
        }
        guard values.count == buffer.count else {
            throw KernelwrightError(
                .badInput, "\(program): \(buffer.name) has \(values.count) elements, wanted \(buffer.count)")
        }
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { cells.values.update(from: base, count: values.count) }
        }
    }
    let known = buffers.filter { $0.role == .input || $0.role == .parameter }.map(\.name)
    for name in inputs.keys.sorted() where !known.contains(name) {
        throw KernelwrightError(
            .badInput, "\(program): no input is named \(name)", hint: "inputs: \(known.joined(separator: ", "))")
    }
    return memory
}

/// The contents of all output buffers.
func outputs(
    _ buffers: [Buffer], _ memory: [String: Cells], _ program: String
) throws(KernelwrightError) -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    for buffer in buffers where buffer.role == .output {
        result[buffer.name] = try memory[buffer.name]?.contents(program)
    }
    return result
}

/// Runs something at the current point.
typealias Run = () throws(KernelwrightError) -> Void

/// Runs the body for every value of an axis.
func loop(_ slot: UnsafeMutablePointer<Int>, _ start: Int, _ end: Int, _ body: @escaping Run) -> Run {
    { () throws(KernelwrightError) in
        slot.pointee = start
        while slot.pointee < end {
            try body()
            slot.pointee += 1
        }
    }
}

/// Runs the body at every point of a box, the last axis fastest.
func loops(_ slots: [UnsafeMutablePointer<Int>], _ extents: [Int], _ body: @escaping Run) -> Run {
    zip(slots, extents).reversed().reduce(body) { loop($1.0, 0, $1.1, $0) }
}

/// One stage with everything resolved.
private struct StageRunner {
    private let stage: Stage
    private let compiler: ExprCompiler
    private let slots: AxisSlots
    private let spatial: [UnsafeMutablePointer<Int>]

    init(_ stage: Stage, _ compiler: ExprCompiler) {
        self.stage = stage
        slots = AxisSlots(capacity: stage.axes.count + stage.reduceAxes.count)
        (self.compiler, spatial) = StageRunner.adding(stage.axes, slots, to: compiler)
    }

    private static func adding(
        _ axes: [Axis], _ slots: AxisSlots, to compiler: ExprCompiler
    ) -> (ExprCompiler, [UnsafeMutablePointer<Int>]) {
        var compiler = compiler
        var added: [UnsafeMutablePointer<Int>] = []
        for axis in axes {
            let slot = slots.add()
            compiler.axes[axis.name] = slot
            compiler.ranges[axis.name] = 0...max(axis.extent - 1, 0)
            added.append(slot)
        }
        return (compiler, added)
    }

    func run() throws(KernelwrightError) {
        switch stage.kind {
        case .map:
            let write = try writer(stage.body, compiler)
            try loops(spatial, stage.axes.map(\.extent), write)()
        case .reduce(let monoid, let over):
            let (lifting, inner) = StageRunner.adding(over, slots, to: compiler)
            try accumulate(monoid, lifting) { element, start, finish throws(KernelwrightError) in
                let sweep = loops(inner, over.map(\.extent), element)
                let point: Run = { () throws(KernelwrightError) in
                    start()
                    try sweep()
                    try finish()
                }
                try loops(spatial, stage.axes.map(\.extent), point)()
            }
        case .scan(let monoid, let sweep):
            try accumulate(monoid, compiler) { element, start, finish throws(KernelwrightError) in
                try scan(sweep, element, start, finish)
            }
        }
    }

    /// Walks the scanned axis once for every point of the others.
    private func scan(
        _ sweep: Sweep, _ element: @escaping Run, _ start: @escaping () -> Void, _ finish: @escaping Run
    ) throws(KernelwrightError) {
        guard let scanned = stage.axes.firstIndex(where: { $0.name == sweep.axis }) else {
            throw compiler.failure("\(sweep.axis) is no axis of the stage")
        }
        let (slot, extent) = (spatial[scanned], stage.axes[scanned].extent)
        let block = sweep.block ?? extent
        let walk: Run = { () throws(KernelwrightError) in
            for step in 0..<extent {
                let place = sweep.isReversed ? extent - 1 - step : step
                let isFirst = step == 0 || (sweep.isReversed ? place % block == block - 1 : place % block == 0)
                if isFirst { start() }
                slot.pointee = place
                try element()
                try finish()
            }
        }
        let others = stage.axes.indices.filter { $0 != scanned }
        try loops(others.map { spatial[$0] }, others.map { stage.axes[$0].extent }, walk)()
    }

    /// Hands over what takes in the lifts at a point, what starts the states over, and what stores the results.
    private func accumulate(
        _ monoid: Monoid, _ lifting: ExprCompiler,
        _ run: (_ element: @escaping Run, _ start: @escaping () -> Void, _ finish: @escaping Run)
            throws(KernelwrightError) -> Void
    ) throws(KernelwrightError) {
        let states = monoid.states.count
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: 3 * states)
        memory.initialize(repeating: 0, count: 3 * states)
        defer { memory.deallocate() }
        var combining = compiler
        (combining.left, combining.right, combining.states) = (memory, memory + states, monoid.states)
        var (lifts, combines): ([Evaluate], [Evaluate]) = ([], [])
        for lift in stage.body { lifts.append(try lifting.compile(lift)) }
        for combine in monoid.combine { combines.append(try combining.compile(combine)) }
        guard lifts.count == states, combines.count == states, monoid.identity.count == states else {
            throw compiler.failure("lift, combine and identity of \(monoid.name) differ in count")
        }
        let identity = monoid.identity
        let start = { for state in 0..<states { memory[state] = identity[state] } }
        try run(step(lifts, combines, memory), start, try writer(stage.finish, combining))
    }

    /// Takes in one element; `memory` holds the states, the lifted element and the new states.
    private func step(_ lifts: [Evaluate], _ combines: [Evaluate], _ memory: UnsafeMutablePointer<Double>) -> Run {
        let states = lifts.count
        if states == 1 {
            let (lift, combine) = (lifts[0], combines[0])
            return { () throws(KernelwrightError) in
                memory[1] = try lift()
                memory[0] = try combine()
            }
        }
        return { () throws(KernelwrightError) in
            for state in 0..<states { memory[states + state] = try lifts[state]() }
            for state in 0..<states { memory[2 * states + state] = try combines[state]() }
            memory.update(from: memory + 2 * states, count: states)
        }
    }

    /// Stores all results at the current point.
    private func writer(
        _ results: [Expr], _ compiler: ExprCompiler
    ) throws(KernelwrightError) -> () throws(KernelwrightError) -> Void {
        guard results.count == stage.outputs.count else {
            throw compiler.failure("\(results.count) results for \(stage.outputs.count) outputs")
        }
        var write: () throws(KernelwrightError) -> Void = {}
        for (result, output) in zip(results, stage.outputs) {
            let (cells, value, earlier) = (try compiler.cells(output), try compiler.compile(result), write)
            guard let written = cells.written else { throw compiler.failure("it writes the input \(output)") }
            let locate = try compiler.address(stage.axes.map { .axis($0.name) }, of: cells)
            let (values, type, arithmetic) = (cells.values, cells.type, compiler.arithmetic)
            write = { () throws(KernelwrightError) in
                try earlier()
                let element = try locate()
                values[element] = arithmetic.rounded(try value(), to: type)
                written[element] = true
            }
        }
        return write
    }
}
