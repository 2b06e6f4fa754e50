import KernelIR
import Workloads

/// Operators that only look at the same elements differently: no stage, but for a reshape that strides cannot describe.
enum MovementOperators {
    static let table: [String: Lowering] = views.merging(reshapes) { first, _ in first }

    /// Operators whose result is memory of its own, though no stage fills it: changing it in place changes no operand.
    static let copies: Set<String> = [
        "aten.clone.default", "aten.lift_fresh_copy.default", "aten._to_copy.default",
    ]

    private static let identity: Lowering = { call, _ throws(KernelwrightError) in [try call.tensor(0, "self")] }

    private static let views: [String: Lowering] = [
        "aten.detach.default": identity, "aten.clone.default": identity, "aten.contiguous.default": identity,
        "aten.alias.default": identity, "aten.lift_fresh_copy.default": identity,
        // What dropout keeps is random; workloads are taken with all of it kept.
        "aten.dropout.default": identity,
        "getitem": { call, _ throws(KernelwrightError) in
            let results = try call.tuple(0, "self")
            let item = try call.integer(1, "index")
            guard results.indices.contains(item) else {
                throw call.failure("result \(item) does not exist", hint: "0 to \(results.count - 1)")
            }
            return [results[item]]
        },
        "aten.numpy_T.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            return [x.permuted(Array((0..<x.rank).reversed()))]
        },
        "aten.t.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            guard x.rank <= 2 else { throw call.failure("a tensor of rank \(x.rank)", hint: "rank 0 to 2") }
            return [x.rank == 2 ? x.transposed(0, 1) : x]
        },
        "aten.transpose.int": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let a = try call.dimension(try call.integer(1, "dim0"), rank: x.rank)
            let b = try call.dimension(try call.integer(2, "dim1"), rank: x.rank)
            return [x.rank == 0 ? x : x.transposed(a, b)]
        },
        "aten.permute.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            var order: [Int] = []
            for index in try call.integers(1, "dims") { order.append(try call.dimension(index, rank: x.rank)) }
            guard order.sorted() == Array(0..<x.rank) else {
                throw call.failure("dims \(order) are no order of the \(x.rank) dimensions")
            }
            return [x.permuted(order)]
        },
        "aten.unsqueeze.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            return [x.unsqueezed(try call.dimension(try call.integer(1, "dim"), rank: x.rank + 1))]
        },
        "aten.squeeze.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            return [x.squeezed(Set(0..<x.rank))]
        },
        "aten.squeeze.dim": squeeze, "aten.squeeze.dims": squeeze,
        "aten.expand.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            return [try expanded(x, to: try call.integers(1, "size"), call)]
        },
        "aten.expand_as.default": { call, _ throws(KernelwrightError) in
            try [expanded(call.tensor(0, "self"), to: call.tensor(1, "other").shape, call)]
        },
        "aten.broadcast_tensors.default": { call, _ throws(KernelwrightError) in
            let tensors = try call.tensors(0, "tensors")
            guard let shape = Shape.broadcast(tensors.map(\.shape)) else {
                throw call.failure("shapes \(tensors.map(\.shape)) do not broadcast")
            }
            return tensors.map { $0.expanded(to: shape) }
        },
        "aten.narrow.default": { call, _ throws(KernelwrightError) in
            try part(call, from: try call.integer(2, "start"), count: try call.integer(3, "length"))
        },
        "aten.slice.Tensor": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let extent = x.shape[try call.dimension(try call.integer(1, "dim", default: 0), rank: x.rank)]
            func place(_ position: Int, _ keyword: String, _ fallback: Int) throws(KernelwrightError) -> Int {
                let value = try call.integer(position, keyword, default: fallback)
                return min(max(value < 0 ? value + extent : value, 0), extent)
            }
            let (start, end) = (try place(2, "start", 0), try place(3, "end", extent))
            let step = try call.integer(4, "step", default: 1)
            guard end > start, step > 0 else { throw call.failure("an empty part") }
            return try part(call, from: start, count: (end - start + step - 1) / step, step: step)
        },
        "aten.flip.default": { call, _ throws(KernelwrightError) in
            var x = try call.tensor(0, "self")
            for index in try call.integers(1, "dims") {
                x = x.reversed(try call.dimension(index, rank: x.rank))
            }
            return [x]
        },
        "aten.select.int": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
            guard x.rank > 0, let index = Shape.axis(try call.integer(2, "index"), rank: x.shape[dimension]) else {
                throw call.failure("the index lies outside dimension \(dimension) of \(x.shape)")
            }
            return [x.sliced(dimension, from: index, count: 1).squeezed([dimension])]
        },
    ]

    /// The places `start, start + step, …` of a dimension.
    private static func part(
        _ call: Call, from start: Int, count: Int, step: Int = 1
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimension = try call.dimension(try call.integer(1, "dim", default: 0), rank: x.rank)
        guard let first = Shape.axis(start, rank: x.shape[dimension]), count > 0,
            first + (count - 1) * step < x.shape[dimension]
        else { throw call.failure("the part lies outside dimension \(dimension) of \(x.shape)") }
        return [x.sliced(dimension, from: first, count: count, step: step)]
    }

    private static let reshapes: [String: Lowering] = [
        "aten.view.default": view, "aten.reshape.default": view,
        "aten.flatten.using_ints": { call, builder throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let first = try call.dimension(try call.integer(1, "start_dim", default: 0), rank: x.rank)
            let last = try call.dimension(try call.integer(2, "end_dim", default: -1), rank: x.rank)
            guard first <= last else { throw call.failure("start_dim \(first) lies behind end_dim \(last)") }
            let run = x.shape.isEmpty ? 1 : x.shape[first...last].reduce(1, *)
            let shape = x.shape.prefix(first) + [run] + x.shape.dropFirst(last + 1)
            return [builder.reshape(x, to: Array(shape), name: call.name)]
        },
        "aten.unflatten.int": { call, builder throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
            let sizes = try resolved(try call.integers(2, "sizes"), count: x.shape[dimension], call)
            let shape = x.shape.prefix(dimension) + sizes + x.shape.dropFirst(dimension + 1)
            return [builder.reshape(x, to: Array(shape), name: call.name)]
        },
    ]

    private static let squeeze: Lowering = { call, _ throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        var dimensions: Set<Int> = []
        for index in try call.integers(1, "dim") { dimensions.insert(try call.dimension(index, rank: x.rank)) }
        return [x.squeezed(dimensions)]
    }

    private static let view: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let shape = try resolved(try call.integers(1, "size"), count: x.count, call)
        return [builder.reshape(x, to: shape, name: call.name)]
    }

    /// A shape in which one extent may be -1: whatever is left.
    private static func resolved(_ sizes: [Int], count: Int, _ call: Call) throws(KernelwrightError) -> [Int] {
        let known = sizes.filter { $0 >= 0 }.reduce(1, *)
        let unknown = sizes.filter { $0 < 0 }.count
        guard unknown <= 1, known > 0, unknown == 1 ? count % known == 0 : count == known else {
            throw call.failure("\(count) elements do not fill \(sizes)", hint: "one extent may be -1")
        }
        return sizes.map { $0 < 0 ? count / known : $0 }
    }

    private static func expanded(_ x: Tensor, to sizes: [Int], _ call: Call) throws(KernelwrightError) -> Tensor {
        let missing = sizes.count - x.rank
        let target = sizes.enumerated().map { position, size in
            size == -1 && position >= missing ? x.shape[position - missing] : size
        }
        guard missing >= 0, Shape.broadcast([x.shape, target]) == target else {
            throw call.failure("shape \(x.shape) does not broadcast to \(sizes)")
        }
        return x.expanded(to: target)
    }
}
