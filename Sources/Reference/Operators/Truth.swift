import KernelIR
import Workloads

/// Products, and questions about all elements along some axes.
extension OperatorTable {
    mutating func addTruth() {
        add("prod.default") { call in
            try Self.reduce(call.accumulated(), call, nil) { $0.folded(from: 1) { $0 * $1 } }
        }
        add("prod.dim_int") { call in
            try Self.reduce(call.accumulated(), call, (1, 2)) { $0.folded(from: 1) { $0 * $1 } }
        }
        for form in ["default", "dim", "dims"] {
            let positions: (Int, Int)? = form == "default" ? nil : (1, 2)
            add("any." + form) { call in
                try Self.reduce(call, positions) { $0.folded(from: 0) { $0 != 0 || $1 != 0 ? 1 : 0 } }
            }
            add("all." + form) { call in
                try Self.reduce(call, positions) { $0.folded(from: 1) { $0 != 0 && $1 != 0 ? 1 : 0 } }
            }
        }
        for form in ["count_nonzero.default", "count_nonzero.dim_IntList"] {
            add(form) { call in try Self.reduce(call, (1, .max)) { view in view.sums { $0 == 0 ? 0 : 1 } } }
        }
        add("nansum.default") { call in try Self.reduce(call, (1, 2)) { view in view.sums { $0.isNaN ? 0 : $0 } } }
    }
}

extension OperatorCall {
    /// The first operand as an accumulation takes it, whose `dtype` may be declared to be of an integer type.
    func accumulated() throws -> Tensor<Scalar> { try tensor(0).asAccumulated(in: dtype) }
}
