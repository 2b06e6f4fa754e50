import KernelIR

/// Derives the launches of a solution from a loop program.
struct LaunchPlan {
    /// Which buffers one kernel reads and writes.
    struct Use {
        var read: Set<String> = []
        var written: Set<String> = []

        init(_ kernel: Kernel) {
            for statement in kernel.body.flattened {
                if case .matrix(let product) = statement { read.formUnion(product.loads.map(\.buffer)) }
                for store in statement.ownStores {
                    written.insert(store.buffer)
                    for load in store.value.loads { read.insert(load.buffer) }
                }
            }
        }
    }

    let program: LoopProgram
    let uses: [Use]
    let shared: SharedKernels
    private let prepared: Set<Int>
    private let memory: ScratchReuse

    init(_ program: LoopProgram) {
        self.program = program
        uses = program.kernels.map { Use($0) }
        shared = SharedKernels(program, written: uses.map(\.written))
        prepared = Self.preparations(program, uses)
        memory = ScratchReuse(program, touched: uses.map { $0.read.union($0.written) }, prepared: prepared)
    }

    /// The buffers that are arguments of a kernel, in the order of the program.
    func arguments(of kernel: Int) -> [Buffer] {
        program.buffers.filter { uses[kernel].read.contains($0.name) || uses[kernel].written.contains($0.name) }
    }

    /// Memory that lives from one kernel to the next.
    var scratch: [Solution.Scratch] { memory.scratch }

    /// The launches in order; `names` are the functions' identifiers.
    func launches(_ names: [String], _ dialect: any Dialect) -> [Solution.Launch] {
        let device = Dictionary(program.buffers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return program.kernels.indices.map { number in
            let (kernel, call) = (program.kernels[number], shared.calls[number])
            let own = arguments(of: shared.functions[call.function].representative).compactMap {
                call.buffers[$0.name].flatMap { device[$0] }
            }
            return Solution.Launch(
                kernel: names[call.function], phase: prepared.contains(number) ? .prepare : .run,
                grid: Self.extents(kernel.launchGrid), block: Self.extents(kernel.local),
                sharedBytes: dialect.dynamicBytes(LocalArrays(kernel)),
                arguments: own.map(argument) + call.scalars.map { .scalar(.int32, Double($0)) })
        }
    }

    /// The kernels that see nothing but parameters and what such kernels made of them.
    private static func preparations(_ program: LoopProgram, _ uses: [Use]) -> Set<Int> {
        let parameters = Set(program.buffers.filter { $0.role == .parameter }.map(\.name))
        let temporaries = Set(program.buffers.filter { $0.role == .temporary }.map(\.name))
        let device = Set(program.buffers.map(\.name))
        var (result, known): (Set<Int>, Set<String>) = ([], parameters)
        for (number, use) in uses.enumerated() {
            let (read, written) = (use.read.intersection(device), use.written.intersection(device))
            let others = uses.indices.filter { $0 != number }
            guard !read.isEmpty, read.isSubset(of: known.union(written)), written.isSubset(of: temporaries),
                !read.isDisjoint(with: known), !others.contains(where: { !uses[$0].written.isDisjoint(with: written) })
            else { continue }
            result.insert(number)
            known.formUnion(written)
        }
        return result
    }

    private func argument(_ buffer: Buffer) -> Solution.Argument {
        switch buffer.role {
        case .input: .input(buffer.name)
        case .parameter: .parameter(buffer.name)
        case .output: .output(buffer.name)
        case .temporary: .scratch(memory.places[buffer.name] ?? buffer.name)
        }
    }

    /// Extents as x, y, z: the last axis is x.
    static func extents(_ axes: [Axis]) -> [Int] {
        let extents = axes.reversed().map(\.extent)
        return extents + Array(repeating: 1, count: max(0, 3 - extents.count))
    }
}
