import CUDAToolchain
import SIMT

extension MachineFacts {
    /// What the machine code of a kernel, called functions included, says.
    ///
    /// Loads under way come from the scoreboards in the instructions' scheduling information. A listing without it says
    /// nothing of the order: all loads of a loop count as under way together, every instruction as dependent.
    ///
    /// - Parameter files: the user's own, as locations name them.
    init(_ function: SASSFunction, files: [String]) {
        let code = function.instructions.filter { $0.mayExecute }
        let nest = SASSNest(function)
        var waits = [WaitScan.Wait?](repeating: nil, count: code.count)
        for (start, body) in Dictionary(grouping: code.indices, by: { nest.start(around: code[$0].address) }) {
            let found = WaitScan.waits(of: body.map { WaitScan.Step(code[$0]) }, isLoop: start != nil)
            for (index, wait) in zip(body, found) { waits[index] = wait }
        }
        let hasCopies = code.contains { InstructionClass($0) == .asyncCopy }
        let pieces = zip(code, waits).map { instruction, wait -> Piece in
            var cost = CodeCost(instruction, wait)
            if hasCopies { cost.copyWaits = instruction.pendingCopies.map { CodeCost.copyWait(pending: $0) } ?? 0 }
            return Piece(
                place: CodePlace(
                    line: instruction.line(in: files), depth: nest.depth(of: instruction.address)),
                cost: cost, widths: AccessWidths(instruction))
        }
        self.init(files: files, pieces: pieces)
    }
}

/// The loops of a function by the addresses in them.
private struct SASSNest {
    private var depths: [Int: Int] = [:]
    private var starts: [Int: Int] = [:]

    init(_ function: SASSFunction) {
        // The deepest has the last word.
        for loop in function.loops.sorted(by: { $0.depth < $1.depth }) {
            for instruction in loop.instructions {
                depths[instruction.address] = loop.depth + 1
                starts[instruction.address] = loop.start
            }
        }
    }

    /// Loops around an instruction.
    func depth(of address: Int) -> Int { depths[address] ?? 0 }

    /// The start of the innermost loop around an instruction; nil outside all.
    func start(around address: Int) -> Int? { starts[address] }
}

extension SASSInstruction {
    /// Whether it is more than padding: behind a function's end stands a branch to itself.
    fileprivate var mayExecute: Bool { !neverRuns && opcode != "NOP" && !(opcode == "BRA" && targets == [address]) }

    /// The innermost place in a file of the user's, or else the innermost one.
    fileprivate func line(in files: [String]) -> SourceLine? {
        guard let location = locations.first(where: { files.contains($0.file) }) ?? locations.first, location.line > 0
        else { return nil }
        return SourceLine(file: location.file, line: location.line)
    }
}

extension SASSInstruction {
    /// Groups of asynchronous copies that a wait leaves pending, e.g. 1 for `DEPBAR.LE SB0, 0x1`; nil for all other
    /// instructions.
    fileprivate var pendingCopies: Int? {
        let parts = operands.split(separator: ",")
        guard opcode == "DEPBAR", parts.count > 1 else { return nil }
        let count = parts[1].filter { $0 != " " }
        return count.hasPrefix("0x") ? Int(count.dropFirst(2), radix: 16) : nil
    }
}

extension CodeCost {
    fileprivate init(_ instruction: SASSInstruction, _ wait: WaitScan.Wait?) {
        self.init()
        let kind = InstructionClass(instruction)
        instructions[kind] = 1
        if let access = instruction.access {
            switch access.space {
            case .global, .shared, .copy: movedBytes = Double(access.bytes)
            case .local: localBytes = Double(access.bytes)
            default: break
            }
        }
        operations = instruction.floatingPointOperations
        if kind.isArithmetic {
            // The stall of an instruction whose result is used next is the latency of its pipe.
            let stall = instruction.control.map { Double(max(1, $0.stallCycles)) }
            dependentCycles = stall ?? TimingConstants().arithmeticLatencyCycles
        }
        if let memory = kind.awaited { add(wait, of: memory) }
    }
}

extension SASSInstruction {
    fileprivate var floatingPointOperations: Double {
        switch opcode {
        case "FFMA", "FFMA32I", "DFMA", "HFMA2", "HFMA2_32I": 2
        case "FADD", "FADD32I", "FMUL", "FMUL32I", "DADD", "DMUL", "HADD2", "HADD2_32I", "HMUL2", "HMUL2_32I": 1
        default: 0
        }
    }
}

extension AccessWidths {
    fileprivate init(_ instruction: SASSInstruction) {
        self.init()
        if let access = instruction.access { self[InstructionClass(instruction)] = access.bytes }
    }
}

extension WaitScan.Step {
    fileprivate init(_ instruction: SASSInstruction) {
        self.init(awaits: instruction.control?.waits ?? [])
        let memory = InstructionClass(instruction).awaited
        // A reduction gives nothing back.
        if let memory, !instruction.opcode.hasPrefix("RED") {
            self.memory = memory
            gives = memory == .copy ? [WaitScan.copyToken] : instruction.control?.writeBarrier.map { [$0] } ?? []
        }
        isBarrier = instruction.opcode == "BAR" && !instruction.modifiers.contains("ARV")
        // With groups left pending, those of an earlier pass are waited for; see `CodeCost.copyWaits`.
        if instruction.pendingCopies == 0 { awaits.append(WaitScan.copyToken) }
    }
}

extension InstructionClass {
    /// What an instruction keeps busy.
    init(_ instruction: SASSInstruction) {
        switch instruction.kind {
        case .single: self = .single
        case .half: self = .half
        case .double: self = .double
        case .integer: self = Self.ofNumbers(instruction)
        case .special: self = .special
        case .conversion: self = instruction.pipe == .alu ? .integer : .conversion
        case .tensor: self = instruction.pipe == .tensor ? .tensor : .synchronization
        case .global: self = Self.ofAccess(instruction, .globalLoad, .globalStore, .globalAtomic)
        case .shared: self = Self.ofAccess(instruction, .sharedLoad, .sharedStore, .sharedAtomic)
        case .local: self = Self.ofAccess(instruction, .localLoad, .localStore, .localStore)
        case .constant: self = .constantLoad
        case .copy: self = .asyncCopy
        case .texture: self = .globalLoad
        case .exchange: self = .shuffle
        case .branch: self = .control
        case .barrier: self = .synchronization
        case .uniform, .other: self = .move
        }
    }

    /// Moves and selections take an issue slot as far as this model goes; counts of bits are done where functions are.
    private static func ofNumbers(_ instruction: SASSInstruction) -> InstructionClass {
        if instruction.pipe == .special { return .special }
        let isMove =
            ["MOV", "MOV32I", "SEL"].contains(instruction.opcode) || instruction.mnemonic.hasPrefix("IMAD.MOV")
        return isMove ? .move : .integer
    }

    private static func ofAccess(
        _ instruction: SASSInstruction, _ load: InstructionClass, _ store: InstructionClass, _ atomic: InstructionClass
    ) -> InstructionClass {
        switch instruction.access?.direction {
        case .load?: load
        case .store?: store
        case .atomic?: atomic
        // Control of caches.
        case nil: .move
        }
    }
}
