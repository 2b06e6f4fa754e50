import KernelIR
import Workloads

/// Logic on truth values and on bits.
extension OperatorTable {
    mutating func addLogic() {
        add(logic: "and") { $0 && $1 }
        add(logic: "or") { $0 || $1 }
        add(logic: "xor") { $0 != $1 }
        add(elementwise: "logical_not") { x in x.map { $0 == 0 ? 1 : 0 } }
        add(bits: "and") { $0 & $1 }
        add(bits: "or") { $0 | $1 }
        add(bits: "xor") { $0 ^ $1 }
        add(elementwise: "bitwise_not") { x in
            x.dtype == .bool ? x.map { $0 == 0 ? 1 : 0 } : x.map { -$0 - 1 }
        }
        for name in ["bitwise_left_shift", "__lshift__"] {
            add(shift: name) { x, places, bits in (0..<bits).contains(places) ? x << places : 0 }
        }
        for name in ["bitwise_right_shift", "__rshift__"] {
            add(shift: name) { x, places, bits in (0..<bits).contains(places) ? x >> places : x < 0 ? -1 : 0 }
        }
    }

    private mutating func add(logic name: String, _ function: @escaping @Sendable (Bool, Bool) -> Bool) {
        for form in ["logical_\(name).default", "logical_\(name)_.default"] {
            add(form) { call in
                try Self.binary(call, call.tensor(0), call.tensor(1, "other")) { function($0 != 0, $1 != 0) ? 1 : 0 }
            }
        }
    }

    private mutating func add(bits name: String, _ function: @escaping @Sendable (Int64, Int64) -> Int64) {
        for form in ["bitwise_\(name)", "bitwise_\(name)_", "__\(name)__"] {
            for overload in [".Tensor", ".Scalar", ".Scalar_Tensor"] {
                add(form + overload) { call in
                    try Self.integers(call, call.operand(0, "input"), call.operand(1), function)
                }
            }
        }
    }

    /// Registers a shift; the function gets the number, the places and how many bits the type has.
    private mutating func add(shift name: String, _ function: @escaping @Sendable (Int64, Int64, Int64) -> Int64) {
        for overload in [".Tensor", ".Tensor_Scalar", ".Scalar", ".Scalar_Tensor"] {
            add(name + overload) { call in
                let bits = Int64(8 * call.dtype.byteCount)
                return try Self.integers(call, call.operand(0, "input"), call.operand(1)) { function($0, $1, bits) }
            }
        }
    }
}
