/// What a piece of code asks of an SM when a warp runs it: numbers that add up over pieces and scale with runs.
public struct CodeCost: Sendable, Hashable, Codable {
    /// Instructions of the warp.
    public var instructions = Tally<InstructionClass>()
    /// Bytes that one thread moves between registers and global or shared memory.
    ///
    /// Wider accesses do not change them and unrolling multiplies them, so they tell how often machine code holds what
    /// PTX holds once.
    public var movedBytes = 0.0
    /// Floating-point operations of one thread that products and sums do; a fused product has two.
    public var operations = 0.0
    /// Bytes that one thread moves to and from local memory.
    public var localBytes = 0.0
    /// Cycles that a warp alone spends on FP32, 16-bit and integer instructions and their dependences.
    public var dependentCycles = 0.0
    /// Waits for global or local memory; loads that are under way together share one.
    public var longWaits = 0.0
    /// Waits for shared memory; loads that are under way together share one.
    public var sharedWaits = 0.0
    /// Intervals between two barriers in which the block waits for loads of the same interval.
    public var exposedPhases = 0.0
    /// Instructions between those loads and their first use, summed over the phases.
    public var hiddenInstructions = 0.0
    /// Latencies of asynchronous copies that a warp cannot do without: of each wait that leaves N groups of copies
    /// pending one over N + 1, since so many are under way at once at most.
    public var copyWaits = 0.0

    /// Nothing.
    public init() {}

    /// Reads programs without the fields that came later, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        instructions = try fields.decode(Tally<InstructionClass>.self, forKey: .instructions)
        movedBytes = try fields.decode(Double.self, forKey: .movedBytes)
        operations = try fields.decode(Double.self, forKey: .operations)
        localBytes = try fields.decode(Double.self, forKey: .localBytes)
        dependentCycles = try fields.decode(Double.self, forKey: .dependentCycles)
        longWaits = try fields.decode(Double.self, forKey: .longWaits)
        sharedWaits = try fields.decode(Double.self, forKey: .sharedWaits)
        exposedPhases = try fields.decode(Double.self, forKey: .exposedPhases)
        hiddenInstructions = try fields.decode(Double.self, forKey: .hiddenInstructions)
        copyWaits = try fields.decodeIfPresent(Double.self, forKey: .copyWaits) ?? 0
    }

    /// Counts what a load makes a warp wait for; nil is a load that nobody waits for.
    public mutating func add(_ wait: WaitScan.Wait?, of memory: WaitScan.Memory) {
        guard let wait else { return }
        switch memory {
        case .long: longWaits += wait.share
        case .shared: return sharedWaits += wait.share
        // Waits for copies are those of the instructions that wait.
        case .copy: break
        }
        // Shared memory answers too soon to be worth a phase.
        exposedPhases += wait.exposedPhases
        hiddenInstructions += wait.hiddenInstructions
    }

    public static func += (left: inout CodeCost, right: CodeCost) {
        left.instructions += right.instructions
        left.movedBytes += right.movedBytes
        left.operations += right.operations
        left.localBytes += right.localBytes
        left.dependentCycles += right.dependentCycles
        left.longWaits += right.longWaits
        left.sharedWaits += right.sharedWaits
        left.exposedPhases += right.exposedPhases
        left.hiddenInstructions += right.hiddenInstructions
        left.copyWaits += right.copyWaits
    }

    public static func * (left: CodeCost, factor: Double) -> CodeCost {
        var result = CodeCost()
        result.instructions = left.instructions * factor
        result.movedBytes = left.movedBytes * factor
        result.operations = left.operations * factor
        result.localBytes = left.localBytes * factor
        result.dependentCycles = left.dependentCycles * factor
        result.longWaits = left.longWaits * factor
        result.sharedWaits = left.sharedWaits * factor
        result.exposedPhases = left.exposedPhases * factor
        result.hiddenInstructions = left.hiddenInstructions * factor
        result.copyWaits = left.copyWaits * factor
        return result
    }
}

extension CodeCost {
    /// The least part of a copy's latency that a pass with such a wait takes.
    ///
    /// - Parameter pending: groups of copies that the wait leaves pending.
    public static func copyWait(pending: Int) -> Double { 1 / (Double(max(0, pending)) + 1) }
}

extension InstructionClass {
    /// Whether a dependent instruction can issue after the latency of the arithmetic pipes.
    public var isArithmetic: Bool { [.single, .half, .integer].contains(self) }

    /// What a warp that needs the result waits for; nil where it waits for no memory.
    public var awaited: WaitScan.Memory? {
        switch self {
        case .globalLoad, .localLoad, .globalAtomic: .long
        case .sharedLoad, .sharedAtomic: .shared
        case .asyncCopy: .copy
        default: nil
        }
    }
}
