import KernelIR

/// One buffer a state, with one place for each of the loops.
struct AccumulatorSet {
    let names: [String]
    let monoid: Monoid
    let loops: [Nest.Loop]

    /// Buffers `STAGE.suffix`, with a number where the monoid has several states.
    init(_ stage: String, _ suffix: String, _ monoid: Monoid, _ loops: [Nest.Loop]) {
        names = monoid.states.indices.map { "\(stage).\(suffix)\(monoid.states.count == 1 ? "" : String($0))" }
        self.monoid = monoid
        self.loops = loops
    }

    func allocations(_ space: LocalBuffer.Space) -> [Statement] {
        zip(names, monoid.states).map { name, type in
            let isVector = space == .register && loops.last?.kind == .lanes
            return .allocate(LocalBuffer(name, type, shape: loops.map(\.extent), space: space, isVector: isVector))
        }
    }

    /// The place of the current iteration; `fixed` replaces loops.
    func place(_ fixed: [String: Index] = [:]) -> [Index] { loops.map { fixed[$0.name] ?? .axis($0.name) } }

    func load(_ state: Int, _ fixed: [String: Index] = [:]) -> Expr { .load(names[state], place(fixed)) }

    func loads(_ fixed: [String: Index] = [:]) -> [Expr] { names.indices.map { load($0, fixed) } }

    func initialize() -> Statement {
        .store(names.indices.map { Store(names[$0], place(), .constant(monoid.identity[$0], monoid.states[$0])) })
    }

    /// The store of new values, one a state; with a loop `ahead`, what they read is asked for along it.
    func storing(_ values: [Expr], ahead: String? = nil) -> Statement {
        .store(names.indices.map { Store(names[$0], place(), values[$0], ahead: ahead) })
    }
}

extension Monoid {
    /// The combination of two tuples of states.
    func combining(_ left: [Expr], _ right: [Expr]) -> [Expr] { combine.map { $0.combining(left, right) } }
}

extension Expr {
    /// A monoid's combination of two tuples of states.
    func combining(_ left: [Expr], _ right: [Expr]) -> Expr {
        rewritten { node in
            switch node {
            case .left(let i): left[i]
            case .right(let i): right[i]
            default: node
            }
        }
    }
}
