import CSIMT

/// Turns a kernel and the functions it can call into micro-operations.
struct KernelLowering {
    let module: PTXModule
    /// The number of the kernel in `PTXModule.functions`.
    let kernel: Int
    let variables: VariableLayout
    /// The kernel and the functions it can reach, in the order of their code.
    let functions: [Int]
    let frame: FrameLayout
    let stack: LocalLayout
    let shared: SharedLayout

    var constants = ConstantPool()
    var operations: [MicroOp] = []
    var accesses: [kw_access] = []
    var products: [kw_product] = []
    var branchTargets: [Int32] = []
    private var instructions: [KernelCode.Instruction] = []

    /// The number of the function whose code is being made.
    var number: Int
    /// The numbers of the registers that instructions of this function read.
    private(set) var readRegisters: Set<Int> = []
    /// The instruction whose code is being made.
    var instruction: PTXInstruction
    private var spares = (predicates: 0, words: 0, doubles: 0)
    private var guardSlot: Slot = 0
    private var guardFlip: UInt32 = 0

    /// A branch whose target is an instruction that may come later.
    private var branches: [(operation: Int, instruction: Int)] = []
    private var tables: [(entry: Int, instruction: Int)] = []
    private var calls: [(operation: Int, function: Int)] = []

    /// Bytes of parameters of a kernel (PTX ISA, kernel function parameters), and operations of one, at most.
    private static let parameterLimit = 32_764
    private static let operationLimit = 1 << 22

    init(_ module: PTXModule, kernel: Int, _ variables: VariableLayout) throws(PTXError) {
        guard module.addressSize == 64 else {
            throw PTXError(
                .unsupported, "addresses of \(module.addressSize) bits", hint: ".address_size 64",
                line: module.functions[kernel].line)
        }
        self.module = module
        self.kernel = kernel
        self.variables = variables
        if let refusal = variables.refusal { throw refusal }
        let line = module.functions[kernel].line
        func check(_ count: Int, _ what: String, atMost limit: Int) throws(PTXError) {
            guard count <= limit else {
                throw PTXError(.unsupported, "\(count) \(what)", hint: "at most \(limit)", line: line)
            }
        }
        try check(module.functions[kernel].parameterBytes, "bytes of parameters", atMost: Self.parameterLimit)
        let graph = CallGraph(module, from: kernel)
        try check(graph.depth, "calls in each other", atMost: CallGraph.depthLimit)
        functions = graph.reachable
        let bodies = functions.map { (number: $0, function: module.functions[$0]) }
        let registers = bodies.map { $0.function.registers.count }.max() ?? 0
        try check(registers, "registers", atMost: FrameLayout.registerLimit)
        frame = FrameLayout(bodies)
        stack = LocalLayout(bodies, kernel: kernel, graph)
        try check(stack.byteCount, "bytes of local memory", atMost: LocalLayout.limit)
        let frames = KernelCode.frameCount(depth: stack.depth)
        try check(stack.byteCount * frames, "bytes of local memory in all calls", atMost: 2 * LocalLayout.limit)
        try check(frame.byteCount, "bytes of registers of a warp", atMost: FrameLayout.byteLimit)
        try check(frame.byteCount * frames, "bytes of registers in all calls", atMost: 8 * FrameLayout.byteLimit)
        shared = SharedLayout(module, bodies)
        number = kernel
        instruction = PTXInstruction(operation: .noEffect, operands: [], line: 0, opcode: "")
    }

    /// The code; throws at the first instruction that has no lowering.
    mutating func lower() throws(PTXError) -> KernelCode {
        var entries = Array(repeating: Int32(-1), count: module.functions.count)
        for number in functions {
            entries[number] = Int32(operations.count)
            try lower(function: number)
        }
        for call in calls { operations[call.operation].target = entries[call.function] }
        let function = module.functions[kernel]
        return KernelCode(
            name: function.name, operations: operations, accesses: accesses, products: products,
            branchTargets: branchTargets, instructions: instructions, entries: entries, constants: constants.contents,
            frameBytes: frame.byteCount, localFrameBytes: stack.byteCount, depth: stack.depth,
            staticSharedBytes: shared.staticBytes, dynamicSharedAlignment: shared.dynamicAlignment,
            parameters: function.parameters, parameterBytes: function.parameterBytes, bounds: function.bounds)
    }

    private mutating func lower(function number: Int) throws(PTXError) {
        self.number = number
        branches = []
        tables = []
        let function = module.functions[number]
        readRegisters = Set(function.instructions.flatMap { PTXRegisterUse($0).reads })
        var starts: [Int32] = []
        for instruction in function.instructions {
            starts.append(Int32(operations.count))
            begin(instruction, function.name)
            let first = operations.count
            try lowerOperation()
            guard max(spares.predicates, spares.words, spares.doubles) <= FrameLayout.spares else {
                throw unsupported("more values at a time than the emulator keeps")
            }
            guard operations.count <= Self.operationLimit, constants.byteCount <= ConstantPool.byteLimit else {
                throw unsupported("code of more than \(Self.operationLimit) operations, or as many constants")
            }
            if operations.count == first { emit(.nothing) }
            operations[first].weight = 1
        }
        starts.append(Int32(operations.count))
        let end = PTXInstruction(
            operation: .ret(isUniform: false), operands: [], line: function.instructions.last?.line ?? function.line,
            opcode: "ret")
        begin(end, function.name)
        // A kernel has nobody to return to.
        emit(number == kernel ? .exit : .ret)
        for branch in branches { operations[branch.operation].target = starts[branch.instruction] }
        for table in tables { branchTargets[table.entry] = starts[table.instruction] }
    }

    private mutating func begin(_ instruction: PTXInstruction, _ function: String) {
        self.instruction = instruction
        spares = (0, 0, 0)
        instructions.append(
            KernelCode.Instruction(
                function: function, line: instruction.line, location: instruction.location,
                opcode: instruction.opcode, unit: instruction.operation.unit))
        if let predicate = instruction.predicate {
            guardSlot = frame.slot(predicate.register, in: number)
            guardFlip = predicate.isNegated ? ~0 : 0
        } else {
            guardSlot = constants.predicate(~0)
            guardFlip = 0
        }
    }

    // MARK: Operations

    /// Appends an operation under the guard of the instruction and returns its number.
    @discardableResult
    mutating func emit(
        _ kind: MicroOp.Kind, d: Slot = 0, a: Slot = 0, b: Slot = 0, c: Slot = 0, e: Slot = 0, immediate: Int64 = 0,
        target: Int = 0, detail: UInt8 = 0, option: UInt8 = 0
    ) -> Int {
        var operation = MicroOp(function: nil)
        operation.kind = kind
        (operation.d, operation.a, operation.b, operation.c, operation.e) = (d, a, b, c, e)
        operation.immediate = immediate
        operation.target = Int32(target)
        operation.detail = detail
        operation.option = option
        operation.guardSlot = guardSlot
        operation.guardFlip = guardFlip
        operation.instruction = Int32(instructions.count - 1)
        operations.append(operation)
        return operations.count - 1
    }

    /// Appends a function over the lanes.
    mutating func run(
        _ function: kw_lane_function, _ d: Slot, _ a: Slot = 0, _ b: Slot = 0, _ c: Slot = 0, _ e: Slot = 0
    ) {
        operations[emit(.lanes, d: d, a: a, b: b, c: c, e: e)].function = function
    }

    mutating func emitBranch(to instruction: Int) { branches.append((emit(.branch), instruction)) }

    /// Appends a jump over a table of instructions by the index in `slot`.
    mutating func emitBranchTable(_ slot: Slot, _ targets: [Int]) {
        let first = branchTargets.count
        for target in targets {
            tables.append((branchTargets.count, target))
            branchTargets.append(0)
        }
        emit(.branchTable, a: slot, immediate: Int64(first), target: targets.count)
    }

    mutating func emitCall(_ function: Int) { calls.append((emit(.call), function)) }

    /// Makes the operations that `body` appends depend on another predicate too; `slot`, or a spare one, holds both.
    mutating func withGuard(narrowedBy predicate: Slot, in slot: Slot? = nil, _ body: (inout KernelLowering) -> Void) {
        let both = slot ?? sparePredicate()
        let saved = (guardSlot, guardFlip)
        (guardSlot, guardFlip) = (constants.predicate(~0), 0)
        run(saved.1 == 0 ? kw_lane_pred_and : kw_lane_pred_andn, both, predicate, saved.0)
        guardSlot = both
        body(&self)
        (guardSlot, guardFlip) = saved
    }

    /// Keeps the guard's value while the instruction writes several predicates.
    mutating func freezeGuard() {
        guard instruction.predicate != nil else { return }
        let kept = sparePredicate()
        let saved = (guardSlot, guardFlip)
        guardSlot = constants.predicate(~0)
        guardFlip = 0
        run(kw_lane_pred_mov, kept, saved.0)
        (guardSlot, guardFlip) = (kept, saved.1)
    }

    // MARK: Spare slots, for values between the operations of one instruction; taking too many ends in a refusal

    mutating func sparePredicate() -> Slot {
        defer { spares.predicates += 1 }
        return frame.spare(predicate: min(spares.predicates, FrameLayout.spares - 1))
    }

    mutating func spareWord() -> Slot {
        defer { spares.words += 1 }
        return frame.spare(word: min(spares.words, FrameLayout.spares - 1))
    }

    mutating func spareDouble() -> Slot {
        defer { spares.doubles += 1 }
        return frame.spare(double: min(spares.doubles, FrameLayout.spares - 1))
    }

    mutating func spare(_ type: PTXType) -> Slot {
        type == .pred ? sparePredicate() : type.bitWidth > 32 ? spareDouble() : spareWord()
    }

    /// A refusal of the instruction.
    func unsupported(_ message: String, hint: String? = nil) -> PTXError {
        PTXError(.unsupported, message, hint: hint, line: instruction.line, opcode: instruction.opcode)
    }
}
