/// A run of instructions that is entered at its first and left at its last one.
public struct PTXBasicBlock: Sendable, Hashable {
    /// Indices in `PTXFunction.instructions`; never empty.
    public var instructions: Range<Int>
    /// Blocks that may run next, ascending and without repetition.
    public var successors: [Int]
    /// Blocks that may run before, ascending and without repetition.
    public var predecessors: [Int]
    /// Whether the function, or the thread, may end after the block.
    public var leaves: Bool

    public init(instructions: Range<Int>, successors: [Int] = [], predecessors: [Int] = [], leaves: Bool = false) {
        self.instructions = instructions
        self.successors = successors
        self.predecessors = predecessors
        self.leaves = leaves
    }
}

extension PTXInstruction {
    /// The instructions that it may jump to, in the order of its operands.
    public var targets: [Int] {
        operands.flatMap { operand -> [Int] in
            switch operand {
            case .label(let label): [label.instruction]
            case .labels(let labels): labels.map(\.instruction)
            default: []
            }
        }
    }

    /// Whether it may end the thread or the function.
    public var leaves: Bool {
        switch operation {
        case .ret, .exit, .trap: true
        default: false
        }
    }

    /// Whether the next instruction may not run after it, or not after it alone.
    public var endsBlock: Bool {
        switch operation {
        case .bra, .brx: true
        default: leaves
        }
    }
}
