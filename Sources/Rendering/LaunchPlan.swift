import KernelIR

/// Derives the launches of a solution from a loop program.
struct LaunchPlan {
    /// Which buffers one kernel reads and writes.
    struct Use {
        var read: Set<String> = []
        var written: Set<String> = []

        init(_ kernel: Kernel) {
            for case .store(let stores) in kernel.body.flattened {
                for store in stores {
                    written.insert(store.buffer)
                    for load in store.value.loads { read.insert(load.buffer) }
                }
            }
        }
    }

    let program: LoopProgram
    let uses: [Use]

    init(_ program: LoopProgram) {
        self.program = program
        uses = program.kernels.map { Use($0) }
    }

    /// The buffers that are arguments of a kernel, in the order of the program.
    func arguments(of kernel: Int) -> [Buffer] {
        program.buffers.filter { uses[kernel].read.contains($0.name) || uses[kernel].written.contains($0.name) }
    }

    /// Buffers that live from one kernel to the next.
    var scratch: [Solution.Scratch] {
        program.buffers.filter { $0.role == .temporary }.map { Solution.Scratch(name: $0.name, bytes: $0.byteCount) }
    }

    /// The launches in order; `names` are the kernels' identifiers.
    func launches(_ names: [String]) -> [Solution.Launch] {
        let prepared = preparations()
        return program.kernels.indices.map { number in
            let kernel = program.kernels[number]
            let local = Self.extents(kernel.local)
            return Solution.Launch(
                kernel: names[number], phase: prepared.contains(number) ? .prepare : .run,
                grid: Self.extents(kernel.grid), block: local, arguments: arguments(of: number).map(Self.argument))
        }
    }

    /// The kernels that see nothing but parameters and what such kernels made of them.
    private func preparations() -> Set<Int> {
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

    private static func argument(_ buffer: Buffer) -> Solution.Argument {
        switch buffer.role {
        case .input: .input(buffer.name)
        case .parameter: .parameter(buffer.name)
        case .output: .output(buffer.name)
        case .temporary: .scratch(buffer.name)
        }
    }

    /// Extents as x, y, z: the last axis is x.
    static func extents(_ axes: [Axis]) -> [Int] {
        let extents = axes.reversed().map(\.extent)
        return extents + Array(repeating: 1, count: max(0, 3 - extents.count))
    }
}
