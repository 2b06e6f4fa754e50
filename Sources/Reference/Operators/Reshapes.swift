import KernelIR
import Workloads

/// Operators that keep the elements in their order under another shape.
extension OperatorTable {
    mutating func addReshapes() {
        addAxisChanges()
        for form in ["view.default", "reshape.default", "_unsafe_view.default"] {
            add(form) { call in
                try Self.reshaped(call, try call.tensor(0), try call.ints(1, "size", default: nil))
            }
        }
        for form in ["view_as.default", "reshape_as.default"] {
            add(form) { call in try Self.reshaped(call, try call.tensor(0), try call.tensor(1, "other").shape) }
        }
        add("flatten.using_ints") { call in
            let x = try call.tensor(0)
            guard !x.shape.isEmpty else { return x.reshaped([1]) }
            let first = try call.axis(try call.int(1, "start_dim", default: 0), of: x.shape.count)
            let last = try call.axis(try call.int(2, "end_dim", default: -1), of: x.shape.count)
            guard first <= last else { throw call.error("axes \(first) to \(last)", hint: "start before the end") }
            return x.reshaped(x.shape[..<first] + [x.shape[first...last].reduce(1, *)] + x.shape[(last + 1)...])
        }
        add("unflatten.int") { call in
            let (x, axis) = try call.tensorAndAxis(1)
            guard !x.shape.isEmpty else { throw call.error("a scalar has no axes", hint: "give rank 1 or more") }
            let sizes = try Self.completed(call, try call.ints(2, "sizes", default: nil), count: x.shape[axis])
            return x.reshaped(x.shape[..<axis] + sizes + x.shape[(axis + 1)...])
        }
        add("ravel.default") { call in
            let x = try call.tensor(0)
            return x.reshaped([x.values.count])
        }
    }

    private mutating func addAxisChanges() {
        for form in ["unsqueeze.default", "unsqueeze_.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                var shape = x.shape
                shape.insert(1, at: try call.axis(try call.int(1, "dim", default: nil), of: shape.count + 1))
                return x.reshaped(shape)
            }
        }
        for form in ["squeeze.default", "squeeze.dim", "squeeze.dims", "squeeze_.default", "squeeze_.dim"] {
            add(form) { call in
                let x = try call.tensor(0)
                let axes = try call.axes(1, "dim", of: x)
                let dropsAll = form.hasSuffix("default")
                return x.reshaped(
                    x.shape.indices.filter { x.shape[$0] != 1 || !(dropsAll || axes.contains($0)) }.map { x.shape[$0] })
            }
        }
    }

    private static func reshaped(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ sizes: [Int]
    ) throws -> Tensor<Scalar> {
        x.reshaped(try completed(call, sizes, count: x.values.count))
    }

    /// Sizes of `count` elements, of which one may be −1: whatever is left.
    private static func completed(_ call: OperatorCall<Scalar>, _ sizes: [Int], count: Int) throws -> [Int] {
        var known = 1
        for size in sizes where size != -1 {
            let (product, overflow) = known.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { throw call.error("sizes \(sizes)", hint: "keep \(count) elements") }
            known = product
        }
        let isOpen = sizes.contains(-1)
        let rest = known > 0 ? count / known : 0
        guard sizes.filter({ $0 == -1 }).count <= 1, known * (isOpen ? rest : 1) == count else {
            throw call.error("\(count) elements do not make \(sizes)", hint: "keep \(count) elements")
        }
        return sizes.map { $0 == -1 ? rest : $0 }
    }
}
