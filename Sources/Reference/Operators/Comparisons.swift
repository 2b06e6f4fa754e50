import KernelIR
import Workloads

/// Comparisons: 1 where true. NaN is equal to nothing and in no order.
extension OperatorTable {
    mutating func addComparisons() {
        add(comparison: "eq") { $0 == $1 }
        add(comparison: "ne") { $0 != $1 }
        add(comparison: "lt") { $0 < $1 }
        add(comparison: "le") { $0 <= $1 }
        add(comparison: "gt") { $0 > $1 }
        add(comparison: "ge") { $0 >= $1 }
        for (name, long) in [
            ("ne", "not_equal"), ("lt", "less"), ("le", "less_equal"), ("gt", "greater"), ("ge", "greater_equal"),
        ] {
            alias(long, of: name, forms: [".Tensor", ".Scalar"])
        }
        addTests()
    }

    private mutating func addTests() {
        add("isnan.default") { call in try call.tensor(0).map { $0.isNaN ? 1 : 0 } }
        add("isinf.default") { call in try call.tensor(0).map { $0.isInfinite ? 1 : 0 } }
        add("isfinite.default") { call in try call.tensor(0).map { $0.isFinite ? 1 : 0 } }
        add("isposinf.default") { call in try call.tensor(0).map { $0 == .infinity ? 1 : 0 } }
        add("isneginf.default") { call in try call.tensor(0).map { $0 == -.infinity ? 1 : 0 } }
        add("isclose.default") { call in
            let relative = Scalar(try call.number(2, "rtol", default: 1e-5))
            let absolute = Scalar(try call.number(3, "atol", default: 1e-8))
            let joinsNaN = try call.bool(4, "equal_nan", default: false)
            return try Self.binary(call, call.tensor(0), call.tensor(1, "other")) { x, y in
                if x == y || (joinsNaN && x.isNaN && y.isNaN) { return 1 }
                return (x - y).magnitude.isFinite && (x - y).magnitude <= absolute + relative * y.magnitude ? 1 : 0
            }
        }
    }

    /// Registers the forms with a tensor and with a number, and those in place.
    private mutating func add(comparison name: String, _ holds: @escaping @Sendable (Scalar, Scalar) -> Bool) {
        for form in [name, name + "_"] {
            add(form + ".Tensor") { call in
                try Self.binary(call, call.tensor(0), call.operand(1)) { holds($0, $1) ? 1 : 0 }
            }
            add(form + ".Scalar") { call in
                let x = try call.tensor(0)
                let number = Scalar(Self.rounded(try call.number(1, "other", default: nil), as: x.dtype))
                return x.map { holds($0, number) ? 1 : 0 }
            }
        }
    }

    /// A number as PyTorch compares elements of a type with it: in that type, in float32 if it is no integer and they are.
    private static func rounded(_ number: Double, as dtype: DType) -> Double {
        if dtype == .float64 || number == number.rounded() && !dtype.isFloatingPoint { return number }
        let target = dtype.isFloatingPoint ? dtype : .float32
        return Tensor<Double>(scalar: number, dtype: .float64).converted(to: target).values[0]
    }
}
