import Foundation
import KernelIR
import Workloads

/// Functions of one number.
extension OperatorTable {
    mutating func addFunctions() {
        addTrigonometry()
        addExponentials()
        addRounding()
        addSigns()
    }

    private mutating func addTrigonometry() {
        add(function: "sin") { Foundation.sin($0) }
        add(function: "cos") { Foundation.cos($0) }
        add(function: "tan") { Foundation.tan($0) }
        add(function: "asin") { Foundation.asin($0) }
        add(function: "acos") { Foundation.acos($0) }
        add(function: "atan") { Foundation.atan($0) }
        add(function: "sinh") { Foundation.sinh($0) }
        add(function: "cosh") { Foundation.cosh($0) }
        add(function: "asinh") { Foundation.asinh($0) }
        add(function: "acosh") { Foundation.acosh($0) }
        add(function: "atanh") { Foundation.atanh($0) }
        add(function: "sinc") { $0 == 0 ? 1 : Foundation.sin(.pi * $0) / (.pi * $0) }
        for (name, long) in [("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan")] {
            for suffix in ["", "h"] { alias(long + suffix, of: name + suffix, forms: [".default", "_.default"]) }
        }
    }

    private mutating func addExponentials() {
        add(function: "exp2") { Foundation.exp2($0) }
        add(function: "expm1") { Foundation.expm1($0) }
        add(function: "log2") { Foundation.log2($0) }
        add(function: "log10") { Foundation.log10($0) }
        add(function: "log1p") { Foundation.log1p($0) }
        add(function: "erf") { Foundation.erf($0) }
        add(function: "erfc") { Foundation.erfc($0) }
        add(function: "lgamma") { Foundation.lgamma($0) }
        add(elementwise: "square") { x in x.map { $0 * $0 } }
        add("logit.default") { call in
            let x = try call.tensor(0)
            guard let bound = call.node.argument(1, "eps")?.doubleValue else {
                return x.map { Scalar.log($0 / (1 - $0)) }
            }
            let (low, high) = (Scalar(bound), Scalar(1 - bound))
            return x.map { value in
                let inside = Self.clamp(value, low, high)
                return Scalar.log(inside / (1 - inside))
            }
        }
    }

    private mutating func addRounding() {
        add(elementwise: "floor") { x in x.map { $0.rounded(.down) } }
        add(elementwise: "ceil") { x in x.map { $0.rounded(.up) } }
        for form in ["trunc", "fix"] { add(elementwise: form) { x in x.map { $0.rounded(.towardZero) } } }
        add(elementwise: "round") { x in x.map { $0.rounded(.toNearestOrEven) } }
        add(elementwise: "frac") { x in x.map { $0 - $0.rounded(.towardZero) } }
        for form in ["round.decimals", "round_.decimals"] {
            add(form) { call in
                let decimals = try call.int(1, "decimals", default: 0)
                let unit = Scalar(Foundation.pow(10, Double(decimals.magnitude)))
                return try call.tensor(0).map {
                    decimals >= 0
                        ? ($0 * unit).rounded(.toNearestOrEven) / unit : ($0 / unit).rounded(.toNearestOrEven) * unit
                }
            }
        }
    }

    private mutating func addSigns() {
        for form in ["sign", "sgn"] { add(elementwise: form) { x in x.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 } } }
        add("signbit.default") { call in
            let x = try call.tensor(0)
            let isFloatingPoint = x.dtype.isFloatingPoint
            return x.map { isFloatingPoint ? ($0.sign == .minus ? 1 : 0) : ($0 < 0 ? 1 : 0) }
        }
        alias("absolute", of: "abs", forms: [".default", "_.default"])
        alias("negative", of: "neg", forms: [".default", "_.default"])
    }

    /// Registers a function of the C library with its in-place form; it is computed in fp64 and rounded once.
    private mutating func add(function name: String, _ function: @escaping @Sendable (Double) -> Double) {
        add(elementwise: name) { x in x.map { Scalar(function(Double($0))) } }
    }
}
