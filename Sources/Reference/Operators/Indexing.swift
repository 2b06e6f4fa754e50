import KernelIR
import Workloads

/// Operators that read elements at places other tensors name.
extension OperatorTable {
    mutating func addIndexing() {
        for form in ["index.Tensor", "_unsafe_index.Tensor"] {
            add(form) { call in
                let x = try call.tensor(0)
                let index = try AdvancedIndex(call, 1, of: x.shape)
                return x.read(index.places).reshaped(try call.declared(index.shape))
            }
        }
        add("index_select.default") { call in
            let (x, axis) = try call.tensorAndAxis(1)
            let positions = try call.positions(2, extent: x.shape.isEmpty ? 1 : x.shape[axis])
            guard !x.shape.isEmpty else { return x }
            return x.picked([axis: positions])
        }
        add("embedding.default") { call in
            let (weight, indices) = (try call.tensor(0, "weight"), try call.tensor(1, "indices"))
            guard weight.shape.count == 2 else { throw call.error("weights \(weight.shape)", hint: "give a matrix") }
            let rows = try call.positions(1, "indices", extent: weight.shape[0])
            return weight.picked([0: rows]).reshaped(indices.shape + [weight.shape[1]])
        }
        add("take.default") { call in
            let x = try call.tensor(0)
            let positions = try call.positions(1, extent: x.values.count)
            return x.reshaped([x.values.count]).picked([0: positions]).reshaped(try call.tensor(1, "index").shape)
        }
        addGathers()
    }

    private mutating func addGathers() {
        add("gather.default") { call in
            let (x, axis) = try call.tensorAndAxis(1)
            return try Self.gathered(call, x, axis, call.tensor(2, "index"))
        }
        add("take_along_dim.default") { call in
            let (x, index) = (try call.tensor(0), try call.tensor(1, "indices"))
            guard let axis = call.node.argument(2, "dim")?.intValue else {
                return try Self.gathered(
                    call, x.reshaped([x.values.count]), 0, index.reshaped([index.values.count]))
            }
            let along = try call.axis(axis, of: x.shape.count)
            guard x.shape.count == index.shape.count, !x.shape.isEmpty,
                let common = Shape.broadcast([x.shape.without(along), index.shape.without(along)])
            else { throw call.error("shapes \(x.shape) and \(index.shape)", hint: "all other axes must broadcast") }
            var (source, chosen) = (common, common)
            source.insert(x.shape[along], at: along)
            chosen.insert(index.shape[along], at: along)
            return try Self.gathered(
                call, x.expanded(to: source), along, index.expanded(to: try call.declared(chosen)))
        }
    }

    private static func gathered(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ axis: Int, _ index: Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        let places = try call.places(in: x.shape, along: axis, index)
        return Tensor(dtype: x.dtype, shape: index.shape) { out in
            x.values.withUnsafeBufferPointer { x in
                Parallel.run(places.count) { range in for i in range { (out + i).initialize(to: x[places[i]]) } }
            }
        }
    }
}

extension OperatorCall {
    /// Where each element of an index lies in a tensor: at its own position, but along one axis at the position it names.
    func places(in shape: [Int], along axis: Int, _ index: Tensor<Scalar>) throws -> [Int] {
        guard !shape.isEmpty, index.shape.count == shape.count else {
            guard shape.isEmpty, index.shape.count <= 1 else {
                throw error("an index of shape \(index.shape) into \(shape)", hint: "give equal ranks")
            }
            return try index.values.map { try position(Int(Integers.integer($0)), extent: 1) }
        }
        guard shape.indices.allSatisfy({ $0 == axis || index.shape[$0] <= shape[$0] }) else {
            throw error("an index of shape \(index.shape) into \(shape)", hint: "no other axis may be longer")
        }
        let strides = Shape.strides(shape)
        let own = shape.indices.map { i in (0..<index.shape[i]).map { i == axis ? 0 : $0 * strides[i] } }
        var places = AxisOffsets(tables: own).flat
        let (extent, stride) = (shape[axis], strides[axis])
        for (place, value) in index.values.enumerated() {
            places[place] += try position(Int(Integers.integer(value)), extent: extent) * stride
        }
        return places
    }
}

extension AxisOffsets {
    /// All offsets in row-major order.
    var flat: [Int] {
        let count = shape.reduce(1, *)
        return [Int](unsafeUninitializedCapacity: count) { out, initialized in
            if let out = out.baseAddress, count > 0 {
                forEachRow { first, start, offsets, _ in
                    for j in offsets.indices { (out + first + j).initialize(to: start + offsets[j]) }
                }
            }
            initialized = count
        }
    }
}
