/// What a program's macros came to: the actions, and which stage each kernel owes its shape to.
public struct ProgramPlan: Sendable, Hashable {
    /// The macros, told apart by the classes of stages they schedule.
    public enum Macro: String, Sendable, Hashable, CaseIterable {
        case gemm, convolution, streaming, reduction, normalization, scan, recurrence, attention
    }

    public var schedule: Schedule
    /// The stage that a macro was applied to, by the name of each stage that the macro scheduled or made: a panel that a
    /// product reads belongs to the product.
    public var deciders: [String: String]
    /// The macro of every stage that one was applied to.
    public var macros: [String: Macro]

    public init(schedule: Schedule, deciders: [String: String] = [:], macros: [String: Macro] = [:]) {
        self.schedule = schedule
        self.deciders = deciders
        self.macros = macros
    }
}
