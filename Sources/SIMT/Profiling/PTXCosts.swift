/// What the instructions of a function cost, as far as the PTX alone tells.
///
/// The order of PTX is not the machine's, so that loads are taken in the order of `PTXHoisting`, and arithmetic as wide
/// as its data flow: instructions of a basic block over the longest chain of them.
struct PTXCosts {
    /// By instruction, each counted once.
    let costs: [CodeCost]
    /// By instruction, the loops around it.
    let depths: [Int]
    /// By instruction, the first instruction of the innermost loop around it; nil outside all.
    let loops: [Int?]

    init(_ code: [PTXInstruction], _ flow: PTXControlFlow, _ uses: [PTXRegisterUse]) {
        let nest = PTXLoops(flow)
        depths = code.indices.map { nest.depths[flow.blockOfInstruction[$0]] }
        loops = code.indices.map { index in
            nest.heads[flow.blockOfInstruction[index]].map { flow.blocks[$0].instructions.lowerBound }
        }
        var costs = code.map { CodeCost($0) }
        for block in flow.blocks { Self.addChains(&costs, block.instructions, code, uses) }
        let hoisting = PTXHoisting(code: code, uses: uses)
        for (head, blocks) in Dictionary(grouping: flow.blocks.indices, by: { nest.heads[$0] }) {
            let order = blocks.flatMap { hoisting.order(of: flow.blocks[$0].instructions) }
            let steps = order.map { WaitScan.Step(code[$0], uses[$0]) }
            for (index, wait) in zip(order, WaitScan.waits(of: steps, isLoop: head != nil)) {
                if let memory = code[index].operation.unit.awaited { costs[index].add(wait, of: memory) }
            }
        }
        self.costs = costs
    }

    /// Deals the cycles of the longest chain of a block out to its arithmetic.
    private static func addChains(
        _ costs: inout [CodeCost], _ block: Range<Int>, _ code: [PTXInstruction], _ uses: [PTXRegisterUse]
    ) {
        var lengths: [Int: Int] = [:]
        var longest = 0
        let arithmetic = block.filter { code[$0].operation.unit.isArithmetic }
        for index in block {
            let before = uses[index].reads.map { lengths[$0] ?? 0 }.max() ?? 0
            let length = code[index].operation.unit.isArithmetic ? before + 1 : before
            longest = max(longest, length)
            for register in uses[index].writes { lengths[register] = length }
        }
        let cycles = TimingConstants().arithmeticLatencyCycles * Double(longest)
        for index in arithmetic { costs[index].dependentCycles = cycles / Double(arithmetic.count) }
    }
}

extension CodeCost {
    /// One instruction without what it depends on.
    init(_ instruction: PTXInstruction) {
        self.init()
        instructions[instruction.operation.unit] = 1
        movedBytes = Double(instruction.movedBytes)
        localBytes = Double(instruction.operation.localBytes)
        operations = instruction.operation.floatingPointOperations
        copyWaits = instruction.copyWaits
    }
}

extension WaitScan.Step {
    init(_ instruction: PTXInstruction, _ use: PTXRegisterUse) {
        self.init(gives: use.writes, awaits: use.reads)
        if let memory = instruction.operation.unit.awaited {
            if memory == .copy { gives = [WaitScan.copyToken] }
            // A reduction without a result is awaited by nobody.
            self.memory = gives.isEmpty ? nil : memory
        }
        switch instruction.operation {
        case .barrier(let barrier): isBarrier = barrier.waits
        case .cpAsyncWaitAll: awaits.append(WaitScan.copyToken)
        case .cpAsyncWaitGroup:
            // With groups left pending, what is waited for was asked for in an earlier pass; see `copyWaits`.
            if case .immediate(let count)? = instruction.operands.first, count.integer == 0 {
                awaits.append(WaitScan.copyToken)
            }
        default: break
        }
    }
}

extension PTXBarrier {
    /// Whether a warp is held until the others arrive.
    var waits: Bool {
        if case .arrive = action { false } else { true }
    }
}

extension PTXInstruction {
    /// What a wait for asynchronous copies costs at least, see `CodeCost.copyWaits`; 0 for all other instructions.
    fileprivate var copyWaits: Double {
        switch operation {
        case .cpAsyncWaitAll: return CodeCost.copyWait(pending: 0)
        case .cpAsyncWaitGroup:
            guard case .immediate(let count)? = operands.first, let pending = count.integer else { return 0 }
            return CodeCost.copyWait(pending: Int(clamping: pending))
        default: return 0
        }
    }

    /// Bytes that one thread moves between registers and global or shared memory.
    fileprivate var movedBytes: Int {
        switch operation {
        case .ld(let access), .st(let access):
            return [.local, .const, .param].contains(access.space) ? 0 : access.byteCount
        case .atom(let atomic), .red(let atomic): return atomic.type.byteCount * atomic.vectorWidth
        case .cpAsync:
            guard operands.count > 2, case .immediate(let bytes) = operands[2] else { return 0 }
            return bytes.integer.flatMap { Int(exactly: $0) } ?? 0
        case .ldmatrix(let transfer), .stmatrix(let transfer): return 4 * transfer.count
        case .wmmaLoad(let access), .wmmaStore(let access): return access.registerCount * access.width / 8
        default: return 0
        }
    }
}

extension PTXOperation {
    fileprivate var localBytes: Int {
        switch self {
        case .ld(let access), .st(let access): access.space == .local ? access.byteCount : 0
        default: 0
        }
    }

    fileprivate var floatingPointOperations: Double {
        switch self {
        case .fma(let a), .mad(let a): a.type.isFloatingPoint ? 2 : 0
        case .add(let a), .sub(let a), .mul(let a): a.type.isFloatingPoint ? 1 : 0
        default: 0
        }
    }
}

extension PTXMatrixMultiply {
    /// Products of one instruction.
    var multiplyAdds: Int { shape.m * shape.n * shape.k }

    /// The rate that counts; elements of 4 bits and of one bit are taken for bytes.
    var tensorFormat: TensorFormat {
        switch a {
        case .f16: c == .f16 && d == .f16 ? .halfIntoHalf : .halfIntoSingle
        case .bf16: .halfIntoSingle
        case .tf32: .tf32
        case .e4m3, .e5m2: .fp8
        case .f64: .double
        default: .int8
        }
    }
}
