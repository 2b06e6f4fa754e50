import KernelIR
import Workloads

/// Conversions between types; the target is the declared type.
extension OperatorTable {
    mutating func addConversions() {
        let forms = [
            "to.dtype", "to.dtype_layout", "to.device", "to.other", "_to_copy.default", "type_as.default",
            "_to_cpu.default",
        ]
        for form in forms {
            add(form) { call in try call.tensor(0).converted(to: call.dtype) }
        }
        for form in ["copy_.default", "copy.default"] {
            add(form) { call in
                let target = try call.tensor(0)
                let source = try call.tensor(1, "src")
                guard Shape.broadcast([source.shape, target.shape]) == target.shape else {
                    throw call.error(
                        "\(source.shape) does not fill \(target.shape)", hint: "only extents of 1 grow")
                }
                return source.converted(to: call.dtype).expanded(to: target.shape)
            }
        }
    }
}
