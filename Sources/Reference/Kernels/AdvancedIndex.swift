import KernelIR
import Workloads

/// What `x[i, None, j, …]` selects: some axes are indexed together by tensors that broadcast, the others stay whole.
///
/// The indexed axes become those of the broadcast indices: where the first of them stood if they are neighbours, else in front
/// (NumPy, "Advanced indexing").
struct AdvancedIndex {
    /// Where the selected elements lie; the broadcast indices are one axis here.
    let places: AxisOffsets
    /// The shape of the selection.
    let shape: [Int]

    /// Reads a list of index tensors and Nones; a boolean one stands for the positions at which it is true.
    init<Scalar: ReferenceScalar>(_ call: OperatorCall<Scalar>, _ position: Int, of shape: [Int]) throws {
        let indices = try Self.indices(call, position, shape)
        let used = indices.indices.filter { indices[$0] != nil }
        guard let common = Shape.broadcast(used.map { indices[$0]!.shape }), let first = used.first else {
            throw call.error("the indices do not broadcast", hint: "extents must be equal or 1")
        }
        let strides = Shape.strides(shape)
        var table = [Int](repeating: 0, count: common.reduce(1, *))
        for axis in used {
            let index = indices[axis]!.expanded(to: common)
            for (place, value) in index.values.enumerated() {
                table[place] += try call.position(Int(Integers.integer(value)), extent: shape[axis]) * strides[axis]
            }
        }
        let areNeighbours = used == Array(first..<(first + used.count))
        let front = areNeighbours ? first : 0
        let whole = AxisOffsets(shape).tables
        var (tables, extents): ([[Int]], [Int]) = ([], [])
        for axis in shape.indices where !used.contains(axis) {
            tables.append(whole[axis])
            extents.append(shape[axis])
        }
        tables.insert(table, at: front)
        extents.insert(contentsOf: common, at: front)
        (self.places, self.shape) = (AxisOffsets(tables: tables), extents)
    }

    /// One index or nil for each leading axis.
    private static func indices<Scalar: ReferenceScalar>(
        _ call: OperatorCall<Scalar>, _ position: Int, _ shape: [Int]
    ) throws -> [Tensor<Scalar>?] {
        var indices: [Tensor<Scalar>?] = []
        for index in try call.optionalTensors(position, "indices") {
            guard let index, index.dtype == .bool || index.dtype == .uint8 else {
                indices.append(index)
                continue
            }
            guard Array(shape.dropFirst(indices.count).prefix(index.shape.count)) == index.shape else {
                throw call.error("a mask of shape \(index.shape) for \(shape)", hint: "a mask has the shape it covers")
            }
            indices += index.nonZeroPositions
        }
        guard indices.count <= shape.count else {
            throw call.error("\(indices.count) indices for rank \(shape.count)", hint: "at most one for each axis")
        }
        return indices
    }
}

extension Tensor {
    /// For each axis the positions of the elements that are not 0, in row-major order.
    fileprivate var nonZeroPositions: [Tensor] {
        let found = values.indices.filter { values[$0] != 0 }
        return zip(shape, Shape.strides(shape)).map { extent, stride in
            Tensor(dtype: .int64, shape: [found.count], values: found.map { Scalar($0 / stride % extent) })
        }
    }
}

extension OperatorCall {
    /// A list of tensors and Nones.
    func optionalTensors(_ position: Int, _ keyword: String) throws -> [Tensor<Scalar>?] {
        guard case .list(let items)? = node.argument(position, keyword) else {
            throw error("argument \(position) (\(keyword)) is no list", hint: "give a list of tensors and None")
        }
        return try items.map { item in
            guard item != .none else { return nil }
            guard let name = item.valueName, let found = values[name], found.count == 1 else {
                throw error("argument \(position) (\(keyword)) holds no tensor", hint: "give tensors and None")
            }
            return found[0]
        }
    }

    /// A tensor's elements as positions along an axis.
    func positions(_ position: Int, _ keyword: String = "index", extent: Int) throws -> [Int] {
        try tensor(position, keyword).values.map { try self.position(Int(Integers.integer($0)), extent: extent) }
    }
}
