import KernelIR

/// What a fault does to a kernel; rates are given for each class.
public enum FaultClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// Other values than asked for: an index, a bound, an operation or a part of the work is wrong.
    case value
    /// The right formula in narrower arithmetic.
    case precision
}

/// A node with what was done to it.
public struct Fault<Node: Sendable>: Sendable {
    /// A few words, e.g. `end 16 → 15`.
    public let what: String
    public let node: Node

    public init(_ what: String, _ node: Node) { (self.what, self.node) = (what, node) }
}

/// One way to break a correct kernel.
///
/// An operator looks at one node at a time and gives faulty ones for it, in a fixed order; `LoopProgram.mutations(by:)`
/// visits every node. A fault need not show: whether it changes values is found out by running it.
public protocol MutationOperator: Sendable {
    /// The name of the fault, part of a mutant's id.
    var name: String { get }
    var faultClass: FaultClass { get }

    /// Faulty versions of one expression node; its operands are visited on their own.
    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>]
    /// Faulty versions of one store; its value is visited on its own.
    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>]
    /// What could stand in a statement's place; its parts are visited on their own.
    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>]
    /// Faulty lists of launches; the kernels' bodies are visited on their own.
    func faults(in kernels: [Kernel]) -> [Fault<[Kernel]>]
}

extension MutationOperator {
    public var faultClass: FaultClass { .value }

    public func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] { [] }
    public func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] { [] }
    public func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] { [] }
    public func faults(in kernels: [Kernel]) -> [Fault<[Kernel]>] { [] }
}

/// A broken program and where it is broken.
public struct Mutation: Sendable {
    /// Kernel, loops and store around the fault, and what was done.
    public let place: String
    public let program: LoopProgram
}
