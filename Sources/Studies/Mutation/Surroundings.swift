import KernelIR

/// What is in scope at a node of a kernel.
public struct Surroundings: Sendable {
    /// A buffer as a fault may treat it.
    public struct Memory: Sendable {
        public var type: DType
        public var shape: [Int]
        /// Who fills a device buffer; nil for a buffer of the work-item or work-group.
        public var role: Buffer.Role?
        /// Whether its elements are named variables, which cannot be addressed freely.
        public var isRegister: Bool
    }

    /// Grid axes and loops around the node, outermost first.
    public internal(set) var axes: [Axis] = []
    /// The values each of them takes.
    public internal(set) var ranges: Ranges
    /// Every buffer of the program and of the kernel by name.
    public let memory: [String: Memory]
    /// Local buffers that some store of the kernel updates from their own value.
    public let accumulators: Set<String>
    /// Whether the node is inside of the value of a store.
    public internal(set) var store: Store?
    var path: [String]

    init(_ kernel: Kernel, of program: LoopProgram) {
        axes = kernel.grid + kernel.local
        ranges = Ranges(axes)
        path = [kernel.name]
        var memory: [String: Memory] = [:]
        for buffer in program.buffers {
            memory[buffer.name] = Memory(type: buffer.type, shape: buffer.shape, role: buffer.role, isRegister: false)
        }
        var accumulators: Set<String> = []
        for statement in kernel.body.everyStatement {
            if case .allocate(let local) = statement {
                memory[local.name] = Memory(
                    type: local.type, shape: local.shape, role: nil, isRegister: local.space == .register)
            }
            guard case .store(let stores) = statement else { continue }
            for store in stores where store.updatesItself { accumulators.insert(store.buffer) }
        }
        self.memory = memory
        self.accumulators = accumulators
    }

    /// The type of an expression here.
    public func type(of expression: Expr) -> DType { expression.type(buffers: memory.mapValues(\.type)) }

    /// Whether the load reads device memory.
    public func isDevice(_ load: Load) -> Bool { memory[load.buffer]?.role != nil }

    /// Whether every axis of an index exists here.
    func knows(_ index: Index) -> Bool { index.axes.allSatisfy { ranges[$0] != nil } }

    /// The surroundings inside of a loop.
    func inside(loop axis: String, _ start: Int, _ end: Int) -> Surroundings {
        var copy = self
        copy.axes.append(Axis(axis, max(end - start, 1)))
        copy.ranges[axis] = start...max(start, end - 1)
        copy.path.append(axis)
        return copy
    }

    /// The surroundings of a store's value.
    func inside(_ store: Store) -> Surroundings {
        var copy = self
        copy.store = store
        copy.path.append("store " + store.buffer)
        return copy
    }

    /// The place as text with what was done there.
    func text(_ what: String) -> String { path.joined(separator: " / ") + ": " + what }
}

extension [Statement] {
    /// Every statement, outer ones first.
    var everyStatement: [Statement] {
        flatMap { statement -> [Statement] in
            switch statement {
            case .loop(_, _, _, _, let body): [statement] + body.everyStatement
            case .when(_, let then, let otherwise): [statement] + then.everyStatement + otherwise.everyStatement
            case .allocate, .store, .barrier, .combine, .matrix, .asyncCopy: [statement]
            }
        }
    }
}

extension Store {
    /// Whether the value depends on what the buffer held.
    var updatesItself: Bool { value.loads.contains { $0.buffer == buffer } }

    /// Whether the value is a literal.
    var isInitialization: Bool { if case .constant = value { true } else { false } }
}
