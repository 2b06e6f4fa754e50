import KernelIR
import Workloads

/// Windows that slide along one dimension each: how places of the result, places in a window and places of the input belong
/// together.
struct Windows {
    /// One value a dimension.
    var extents: [Int]
    var strides: [Int]
    var dilations: [Int]
    /// Elements before the input's first that the first window begins at.
    var padding: [Int]

    var rank: Int { extents.count }

    /// Where an element of a window lies along one dimension of the input; outside of it where there is padding.
    func place(_ dimension: Int, result: Index, inside: Index) -> Index {
        result * strides[dimension] + inside * dilations[dimension] + -padding[dimension]
    }

    /// Elements that a window spans along a dimension.
    func span(_ dimension: Int) -> Int { (extents[dimension] - 1) * dilations[dimension] + 1 }

    /// Elements beyond the input's ends that windows reach along a dimension, before and after.
    func reach(_ dimension: Int, input: Int, results: Int) -> (before: Int, after: Int) {
        let last = (results - 1) * strides[dimension] + span(dimension) - padding[dimension]
        return (padding[dimension], max(0, last - input))
    }
}

extension Tensor {
    /// The element at a point, or a number where the point lies outside along some of the given dimensions.
    func element(_ point: [Index], within dimensions: some Sequence<Int>, fill: Double, as type: DType) -> Expr {
        let bounds = dimensions.map { Bound(point[$0], below: shape[$0]) }
        guard case .buffer(let name) = source else {
            let (inside, outside) = (element(point, as: type), Expr.constant(fill, type))
            return inside == outside ? inside : .select(.inside(bounds), inside, outside)
        }
        let place = zip(point, strides).reduce(Index(offset)) { $0 + $1.0 * $1.1 }
        let load = Expr.load(Load(name, [place], bounds: bounds, fill: fill))
        return type == self.type ? load : .cast(type, load)
    }
}

extension Call {
    /// One integer a spatial dimension; a single one stands for all.
    func perDimension(
        _ position: Int, _ keyword: String, rank: Int, default fallback: Int?
    ) throws(KernelwrightError) -> [Int] {
        let argument = node.argument(position, keyword)
        if argument == nil || argument == Argument.none || argument == .list([]), let fallback {
            return Array(repeating: fallback, count: rank)
        }
        let values = try integers(position, keyword)
        guard values.count == rank || values.count == 1 else {
            throw failure("\(values.count) values of \(keyword)", hint: "1 or \(rank)")
        }
        return values.count == rank ? values : Array(repeating: values[0], count: rank)
    }
}
