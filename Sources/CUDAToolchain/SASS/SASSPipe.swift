/// The unit of a multiprocessor that executes an instruction.
///
/// Source: Nsight Compute, "Pipelines" (https://docs.nvidia.com/nsight-compute/ProfilingGuide/#pipelines).
public enum SASSPipe: String, Sendable, Hashable, CaseIterable {
    /// Floating-point products and sums, and integer products.
    case fma
    /// Integer sums, bits, comparisons, selections and moves.
    case alu
    case double
    /// Functions, conversions and bit counts: a quarter of the rate or less.
    case special
    case tensor
    /// Every access to memory but constants, and exchange within a warp.
    case memory
    case texture
    case uniform
    /// Branches, barriers, and reads of constants through a register.
    case control
}

extension SASSInstruction {
    /// The unit that executes the instruction; nil where it is done by none, as a `NOP`.
    public var pipe: SASSPipe? {
        switch kind {
        case .single: Self.compares(opcode) ? .alu : .fma
        case .half: opcode == "HSET2" || opcode == "HSETP2" || opcode == "HMNMX2" ? .alu : .fma
        case .double: .double
        case .integer: integerPipe
        case .special: .special
        // Packing two halves, and integers to floats since Ampere, are done where comparisons are.
        case .conversion: opcode == "F2FP" || opcode == "I2FP" || opcode == "I2IP" || opcode == "F2IP" ? .alu : .special
        case .tensor: opcode == "WARPGROUP" || opcode == "WARPGROUPSET" ? .control : .tensor
        case .global, .shared, .local, .copy: .memory
        case .exchange: opcode == "SHFL" || opcode == "MATCH" ? .memory : opcode == "VOTE" ? .alu : .uniform
        case .constant: opcode == "LDC" ? .control : .uniform
        case .texture: .texture
        case .branch, .barrier: .control
        case .uniform: .uniform
        case .other: opcode == "NOP" ? nil : .alu
        }
    }

    private var integerPipe: SASSPipe {
        switch opcode {
        // Moves and shifts that the assembler writes as products run where products do.
        case "IMAD", "IMAD32I", "IMUL", "IMUL32I", "IDP", "IDP4A": .fma
        case "POPC", "FLO", "BREV": .special
        default: .alu
        }
    }

    private static func compares(_ opcode: String) -> Bool {
        ["FMNMX", "FMNMX3", "FSEL", "FSET", "FSETP", "FCHK"].contains(opcode)
    }
}
