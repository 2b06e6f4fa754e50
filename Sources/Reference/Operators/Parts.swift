import KernelIR
import Workloads

/// Operators that take parts of a tensor.
extension OperatorTable {
    mutating func addParts() {
        addRanges()
        addSplits()
        add("select.int") { call in
            let (x, axis) = try call.tensorAndAxis(1)
            guard !x.shape.isEmpty else { throw call.error("a scalar has no axes", hint: "select from rank 1 or more") }
            let position = try call.position(try call.int(2, "index", default: nil), extent: x.shape[axis])
            return x.picked([axis: [position]]).reshaped(x.shape.without(axis))
        }
        add("diagonal.default") { call in
            let x = try call.tensor(0)
            let diagonal = try Diagonal(call, x.shape, offset: 1, axes: (2, 3), defaults: (0, 1))
            return x.read(diagonal.places)
        }
        add("unfold.default") { call in
            let (x, axis) = try call.tensorAndAxis(1, "dimension")
            let size = try call.int(2, "size", default: nil)
            let step = try call.int(3, "step", default: nil)
            let extent = x.shape.isEmpty ? 1 : x.shape[axis]
            guard size >= 0, size <= extent, step > 0 else {
                throw call.error("windows of \(size) every \(step)", hint: "the axis has \(extent) positions")
            }
            guard !x.shape.isEmpty else { return x.reshaped([size]) }
            let stride = Shape.strides(x.shape)[axis]
            var places = AxisOffsets(x.shape)
            places.tables[axis] = (0...((extent - size) / step)).map { $0 * step * stride }
            places.tables.append((0..<size).map { $0 * stride })
            return x.read(places)
        }
    }

    private mutating func addRanges() {
        add("slice.Tensor") { call in
            let (x, axis) = try call.tensorAndAxis(1, default: 0)
            guard !x.shape.isEmpty else { throw call.error("a scalar has no axes", hint: "slice rank 1 or more") }
            return x.picked([axis: try Self.sliced(call, x.shape[axis])])
        }
        add("narrow.default") { call in
            let (x, axis) = try call.tensorAndAxis(1)
            let length = try call.int(3, "length", default: nil)
            let extent = x.shape.isEmpty ? 0 : x.shape[axis]
            let start = try call.int(2, "start", default: nil)
            let first = start < 0 ? start &+ extent : start
            guard !x.shape.isEmpty, (0...extent).contains(first), (0...(extent - first)).contains(length) else {
                throw call.error("\(length) positions from \(start) on", hint: "the axis has \(extent) positions")
            }
            return x.picked([axis: Array(first..<(first + length))])
        }
    }

    private mutating func addSplits() {
        for form in ["split.Tensor", "chunk.default", "tensor_split.sections"] {
            add(several: "aten." + form) { call in
                let (x, axis) = try call.tensorAndAxis(2, default: 0)
                let extent = x.shape.isEmpty ? 1 : x.shape[axis]
                let number = try call.int(1, "number", default: nil)
                guard number > 0 || (number == 0 && extent == 0) else {
                    throw call.error("parts by \(number)", hint: "give 1 or more")
                }
                return try Self.split(call, x, axis, Self.extents(form, number, of: extent))
            }
        }
        for form in ["split_with_sizes.default", "split.sizes"] {
            add(several: "aten." + form) { call in
                let (x, axis) = try call.tensorAndAxis(2, default: 0)
                return try Self.split(call, x, axis, try call.ints(1, "split_sizes", default: nil))
            }
        }
        add(several: "aten.tensor_split.indices") { call in
            let (x, axis) = try call.tensorAndAxis(2, default: 0)
            let extent = x.shape.isEmpty ? 1 : x.shape[axis]
            let ends = try call.ints(1, "indices", default: nil).map { Shape.clamped($0, extent: extent) } + [extent]
            let sizes = zip(ends, [0] + ends).map { max($0 - $1, 0) }
            return zip(ends, sizes).map { end, size in x.picked([axis: Array((end - size)..<end)]) }
        }
        add(several: "aten.unbind.int") { call in
            let (x, axis) = try call.tensorAndAxis(1, default: 0)
            guard !x.shape.isEmpty else { throw call.error("a scalar has no axes", hint: "unbind rank 1 or more") }
            return (0..<x.shape[axis]).map { x.picked([axis: [$0]]).reshaped(x.shape.without(axis)) }
        }
    }

    /// Positions that `start`, `end` and `step` (arguments 2 to 4) choose of an axis.
    static func sliced(_ call: OperatorCall<Scalar>, _ extent: Int, from position: Int = 2) throws -> [Int] {
        let step = try call.int(position + 2, "step", default: 1)
        guard step > 0 else { throw call.error("step \(step)", hint: "steps are 1 or more") }
        let start = Shape.clamped(try call.int(position, "start", default: 0), extent: extent)
        let end = Shape.clamped(try call.int(position + 1, "end", default: .max), extent: extent)
        return start < end ? Array(stride(from: start, to: end, by: step)) : []
    }

    /// Extents of the parts by which the three operators divide an axis.
    private static func extents(_ form: String, _ number: Int, of extent: Int) -> [Int] {
        if form.hasPrefix("tensor_split") {
            return (0..<number).map { extent / number + ($0 < extent % number ? 1 : 0) }
        }
        let size = form.hasPrefix("chunk") ? (extent + number - 1) / number : number
        guard extent > 0 else { return form.hasPrefix("chunk") ? Array(repeating: 0, count: number) : [0] }
        return stride(from: 0, to: extent, by: size).map { min(size, extent - $0) }
    }

    private static func split(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ axis: Int, _ sizes: [Int]
    ) throws -> [Tensor<Scalar>] {
        let extent = x.shape.isEmpty ? 0 : x.shape[axis]
        guard !x.shape.isEmpty, sizes.allSatisfy({ (0...extent).contains($0) }), sizes.reduce(0, +) == extent else {
            throw call.error("parts of \(sizes)", hint: "they must add up to \(extent)")
        }
        var first = 0
        return sizes.map { size in
            defer { first += size }
            return x.picked([axis: Array(first..<(first + size))])
        }
    }
}

extension Shape {
    /// A bound of a slice as a position in `0 ... extent`: negative ones count from the end.
    static func clamped(_ bound: Int, extent: Int) -> Int {
        min(max(bound < 0 ? bound + extent : bound, 0), extent)
    }
}

extension [Int] {
    /// The elements but the one at a position.
    func without(_ position: Int) -> [Int] { Array(self[..<position] + self[(position + 1)...]) }
}

extension OperatorCall {
    /// The first operand and one of its axes.
    func tensorAndAxis(
        _ position: Int, _ keyword: String = "dim", default standard: Int? = nil
    ) throws -> (Tensor<Scalar>, Int) {
        let x = try tensor(0)
        return (x, try axis(try int(position, keyword, default: standard), of: x.shape.count))
    }

    /// A position along an axis, negative ones counted from the end.
    func position(_ index: Int, extent: Int) throws -> Int {
        guard index >= -extent, index < extent else {
            throw error("position \(index) does not exist", hint: "positions are \(-extent) ..< \(extent)")
        }
        return index < 0 ? index + extent : index
    }

    /// A shape that must be the declared one; so nothing larger is ever made.
    func declared(_ shape: [Int], result: Int = 0) throws -> [Int] {
        guard node.outputs.indices.contains(result), node.outputs[result].shape == shape else {
            throw error(
                "computes the shape \(shape)", hint: "it declares \(node.outputs.map(\.shape))")
        }
        return shape
    }
}
