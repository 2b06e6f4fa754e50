/// Where the counts of instructions come from.
public enum InstructionSource: String, Sendable, Hashable, Codable {
    /// The machine code that the GPU would run.
    case sass
    /// The intermediate code: the same work, but other instructions in another order. Accel-Sim (ISCA 2020, table VII)
    /// has 34 % mean error from it where machine code has 15 %.
    case ptx
}
