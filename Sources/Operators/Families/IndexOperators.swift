import KernelIR
import Workloads

/// Rows of a tensor chosen by an index tensor.
///
/// An index that the graph fixes and that is affine in its coordinates, like a table of relative positions, is a view.
/// Any other one is a sum over all rows of which one is kept, since an index of the IR never depends on data.
enum IndexOperators {
    static let table: [String: Lowering] = [
        "aten.index.Tensor": { call, builder throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            guard case .list(let indices)? = call.node.argument(1, "indices") else {
                throw call.failure("argument 1 (indices) is no list of tensors")
            }
            let given = indices.indices.filter { indices[$0] != .none }
            guard given.count == 1, given[0] < x.rank else {
                throw call.failure("\(given.count) index tensors", hint: "one, along any dimension")
            }
            let index = try call.value(indices[given[0]])
            return [try rows(call, x, along: given[0], at: index, &builder)]
        },
        "aten.index_select.default": { call, builder throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
            guard x.rank > 0 else { throw call.failure("a scalar", hint: "rank 1 or more") }
            return [try rows(call, x, along: dimension, at: try call.tensor(2, "index"), &builder)]
        },
        "aten.embedding.default": { call, builder throws(KernelwrightError) in
            let weight = try call.tensor(0, "weight")
            guard weight.rank == 2 else { throw call.failure("weight of shape \(weight.shape)", hint: "a matrix") }
            return [try rows(call, weight, along: 0, at: try call.tensor(1, "indices"), &builder)]
        },
    ]

    private static func rows(
        _ call: Call, _ x: Tensor, along dimension: Int, at index: Tensor, _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        guard index.type == .int64 || index.type == .int32 else {
            throw call.failure("an index of type \(index.type.rawValue)", hint: "int64 or int32")
        }
        let extent = x.shape[dimension]
        let shape = Array(x.shape[..<dimension] + index.shape + x.shape[(dimension + 1)...])
        if let values = builder.knownValues(of: index) {
            guard values.allSatisfy({ $0 >= -Double(extent) && $0 < Double(extent) }) else {
                throw call.failure("an index lies outside dimension \(dimension) of \(x.shape)")
            }
            let places = values.map { Int($0) }.map { $0 < 0 ? $0 + extent : $0 }
            if let walk = MixedRadix(places) {
                return builder.reshape(walk.view(of: x, along: dimension), to: shape, name: call.name)
            }
        }
        // Dimensions: those before, the index', those after, the rows.
        let inner = dimension + index.rank
        let sum = builder.reduce(
            call.name, shape + [extent], over: [shape.count], .sum(x.type.accumulating), results: [(call.name, x.type)],
            lift: { point in
                let place = index.element(Array(point[dimension..<inner]), as: .int64)
                let isBehind = Expr.binary(.less, place, .constant(0, .int64))
                let row = Expr.select(isBehind, place + .constant(Double(extent), .int64), place)
                let isRow = Expr.binary(.equal, row, .index(point[shape.count], .int64))
                let source = point[..<dimension] + [point[shape.count]] + point[inner..<shape.count]
                let type = x.type.accumulating
                return [.select(isRow, x.element(Array(source), as: type), .constant(0, type))]
            }, finish: { _ in [Expr.state(0).cast(from: x.type.accumulating, to: x.type)] })[0]
        return sum.squeezed([shape.count])
    }
}

/// Whole numbers that are `base + Σ step · digit` over the digits of their position in a mixed radix.
struct MixedRadix: Hashable {
    let base: Int
    /// The slowest digit first.
    let digits: [Digit]

    struct Digit: Hashable {
        let extent: Int
        let step: Int
    }

    /// Finds the digits from the fastest on; nil where there are none. Complexity: linear.
    init?(_ values: [Int]) {
        guard let first = values.first else { return nil }
        var (heads, digits) = (values, [Digit]())
        while heads.count > 1 {
            let step = heads[1] - heads[0]
            let extent = heads.indices.first { heads[$0] != heads[0] + $0 * step } ?? heads.count
            guard heads.count % extent == 0,
                heads.indices.allSatisfy({ heads[$0] == heads[$0 / extent * extent] + $0 % extent * step })
            else { return nil }
            digits.insert(Digit(extent: extent, step: step), at: 0)
            heads = stride(from: 0, to: heads.count, by: extent).map { heads[$0] }
        }
        (base, self.digits) = (first, digits)
    }

    /// The rows at the numbers, one dimension a digit.
    func view(of x: Tensor, along dimension: Int) -> Tensor {
        var result = x
        let stride = x.strides[dimension]
        result.offset += base * stride
        result.shape.replaceSubrange(dimension...dimension, with: digits.map(\.extent))
        result.strides.replaceSubrange(dimension...dimension, with: digits.map { $0.step * stride })
        return result
    }
}
