import KernelIR

/// Operators that move or select elements, with their types; constants are folded.
extension GraphComposer {
    /// The same elements under another shape of equal size.
    mutating func reshape(_ x: ImportedValue, _ shape: [Int]) throws -> ImportedValue {
        guard shape != x.shape else { return x }
        let type = TensorType(dtype: x.dtype, shape: shape)
        guard type.checkedByteCount == x.type.byteCount else {
            throw error("\(x.shape) does not reshape to \(shape)", hint: "keep \(x.count) elements")
        }
        if let values = x.constant { return .constant(values, shape, x.dtype) }
        return try emit("aten.reshape.default", [reference(x), .integers(shape)], type)
    }

    /// Inserts an axis of extent 1.
    mutating func unsqueeze(_ x: ImportedValue, _ axis: Int) throws -> ImportedValue {
        var shape = x.shape
        shape.insert(1, at: axis)
        return try reshape(x, shape)
    }

    /// Axis `i` of the result is axis `order[i]` of the operand.
    mutating func permute(_ x: ImportedValue, _ order: [Int]) throws -> ImportedValue {
        guard order.sorted() == Array(x.shape.indices) else {
            throw error("\(order) is no permutation", hint: "name each of the \(x.rank) axes once")
        }
        guard order != order.sorted() else { return x }
        let shape = order.map { x.shape[$0] }
        if let values = foldable(x) {
            let strides = Shape.strides(x.shape)
            return .constant(
                ConstantFolding.read(values, shape: shape, strides: order.map { strides[$0] }), shape, x.dtype)
        }
        return try emit(
            "aten.permute.default", [reference(x), .integers(order)], TensorType(dtype: x.dtype, shape: shape))
    }

    /// Exchanges the last two axes.
    mutating func transpose(_ x: ImportedValue) throws -> ImportedValue {
        var order = Array(x.shape.indices)
        order.swapAt(order.count - 1, order.count - 2)
        return try permute(x, order)
    }

    /// Repeats the elements along axes of extent 1 and new leading axes.
    mutating func expand(_ x: ImportedValue, to shape: [Int]) throws -> ImportedValue {
        guard shape != x.shape else { return x }
        guard Shape.broadcast([x.shape, shape]) == shape else {
            throw error("\(x.shape) does not expand to \(shape)", hint: "only extents of 1 grow")
        }
        let type = TensorType(dtype: x.dtype, shape: shape)
        if let values = foldable(x), let bytes = type.checkedByteCount, bytes <= ConstantFolding.largest {
            return .constant(ConstantFolding.expand(values, x.shape, to: shape), shape, x.dtype)
        }
        return try emit("aten.expand.default", [reference(x), .integers(shape)], type)
    }

    /// Elements `start`, `start + step`, … before `end` along an axis.
    /// - Precondition: 0 ≤ start ≤ end ≤ extent and step ≥ 1.
    mutating func slice(
        _ x: ImportedValue, _ axis: Int, _ start: Int, _ end: Int, step: Int = 1
    ) throws -> ImportedValue {
        guard start != 0 || end != x.shape[axis] || step != 1 else { return x }
        var shape = x.shape
        shape[axis] = end > start ? (end - start - 1) / step + 1 : 0
        if let values = foldable(x) {
            var strides = Shape.strides(x.shape)
            let offset = start * strides[axis]
            // A step beyond the axis reads one element and must not overflow the stride.
            strides[axis] *= min(step, max(x.shape[axis], 1))
            return .constant(
                ConstantFolding.read(values, shape: shape, strides: strides, offset: offset), shape, x.dtype)
        }
        return try emit(
            "aten.slice.Tensor", [reference(x), .int(axis), .int(start), .int(end), .int(step)],
            TensorType(dtype: x.dtype, shape: shape))
    }

    /// Reverses axes.
    mutating func flip(_ x: ImportedValue, _ axes: [Int]) throws -> ImportedValue {
        if let values = foldable(x) {
            var strides = Shape.strides(x.shape)
            let offset = axes.map { max(x.shape[$0] - 1, 0) * strides[$0] }.reduce(0, +)
            for axis in axes { strides[axis] = -strides[axis] }
            return .constant(
                ConstantFolding.read(values, shape: x.shape, strides: strides, offset: offset), x.shape, x.dtype)
        }
        return try emit("aten.flip.default", [reference(x), .integers(axes)], x.type)
    }

    /// Joins tensors along an axis; all other extents are equal.
    mutating func cat(_ parts: [ImportedValue], _ axis: Int) throws -> ImportedValue {
        guard let first = parts.first, parts.count > 1 else { return parts[0] }
        var shape = first.shape
        shape[axis] = 0
        for part in parts {
            var other = part.shape
            guard other.indices.contains(axis), part.dtype == first.dtype else {
                throw error("\(first.type) and \(part.type) do not join", hint: "give equal types and ranks")
            }
            shape[axis] += other[axis]
            other[axis] = first.shape[axis]
            guard other == first.shape else {
                throw error("\(first.shape) and \(part.shape) do not join at axis \(axis)", hint: "equal other extents")
            }
        }
        let known = parts.compactMap(foldable)
        if known.count == parts.count {
            if shape.contains(0) { return .constant([], shape, first.dtype) }
            let inner = shape[(axis + 1)...].reduce(1, *)
            let rows = shape[..<axis].reduce(1, *)
            let values = (0..<rows).flatMap { row in
                zip(parts, known).flatMap { part, values in
                    let width = part.shape[axis] * inner
                    return values[(row * width)..<((row + 1) * width)]
                }
            }
            return .constant(values, shape, first.dtype)
        }
        return try emit(
            "aten.cat.default", [references(parts), .int(axis)], TensorType(dtype: first.dtype, shape: shape))
    }

    /// Adds elements before and after each axis; negative numbers take elements away.
    mutating func pad(
        _ x: ImportedValue, before: [Int], after: [Int], value: Double
    ) throws -> ImportedValue {
        guard (before + after).contains(where: { $0 != 0 }) else { return x }
        let shape = x.shape.indices.map { x.shape[$0] + before[$0] + after[$0] }
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw error("pads \(before) and \(after) leave nothing of \(x.shape)", hint: "take away less")
        }
        let first = x.shape.indices.first { before[$0] != 0 || after[$0] != 0 } ?? 0
        let pads = x.shape.indices[first...].reversed().flatMap { [before[$0], after[$0]] }
        return try emit(
            "aten.constant_pad_nd.default", [reference(x), .integers(pads), .number(value)],
            TensorType(dtype: x.dtype, shape: shape))
    }

    /// The elements at known places of one axis.
    mutating func select(_ x: ImportedValue, _ axis: Int, _ places: [Int]) throws -> ImportedValue {
        guard !places.elementsEqual(0..<x.shape[axis]) else { return x }
        let index = ImportedValue.constant(places.map(Double.init), [places.count], .int64)
        var shape = x.shape
        shape[axis] = places.count
        return try emit(
            "aten.index_select.default", [reference(x), .int(axis), reference(index)],
            TensorType(dtype: x.dtype, shape: shape))
    }

    /// A tensor of one repeated number: a small one is a constant.
    mutating func full(_ value: Double, _ shape: [Int], _ dtype: DType) throws -> ImportedValue {
        let type = TensorType(dtype: dtype, shape: shape)
        guard let bytes = type.checkedByteCount else {
            throw error("a tensor of shape \(shape) is too large", hint: "at most \(TensorType.largest) bytes")
        }
        if bytes <= 1 << 10 { return .constant(Array(repeating: value, count: type.elementCount), shape, dtype) }
        return try emit(
            "aten.full.default", [.integers(shape), .number(value)], keywords: ["dtype": .string(dtype.torchName)],
            type)
    }

    /// A constant list of integers.
    func integers(_ values: [Int], shape: [Int]? = nil) -> ImportedValue {
        .constant(values.map(Double.init), shape ?? [values.count], .int64)
    }
}
