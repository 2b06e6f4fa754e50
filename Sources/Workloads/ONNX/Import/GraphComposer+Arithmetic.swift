import KernelIR

/// Elementwise operators, products and reductions, with their types; constants are folded.
extension GraphComposer {
    /// A function of one operand, e.g. `exp`.
    mutating func unary(
        _ name: String, _ x: ImportedValue, _ more: [Argument] = [], dtype: DType? = nil
    ) throws -> ImportedValue {
        let op = "aten.\(name).default"
        let type = TensorType(dtype: dtype ?? x.dtype, shape: x.shape)
        if let function = ConstantFolding.unary[op], more.isEmpty, let values = foldable(x),
            let folded = ConstantFolding.constant(values.map(function), x.shape, type.dtype)
        {
            return folded
        }
        return try emit(op, [reference(x)] + more, type)
    }

    /// A function of two operands that broadcast; the result has the type of the first tensor if none is given.
    mutating func binary(
        _ op: String, _ left: Operand, _ right: Operand, dtype: DType? = nil
    ) throws -> ImportedValue {
        guard let shape = Shape.broadcast([left.shape, right.shape]) else {
            throw error(
                "shapes \(left.shape) and \(right.shape) do not broadcast", hint: "extents must be equal or 1")
        }
        guard let dtype = dtype ?? left.dtype ?? right.dtype else { throw error("two numbers", hint: "give a tensor") }
        if let function = ConstantFolding.binary["aten.\(op)"], let a = foldable(left), let b = foldable(right),
            isSmall(shape)
        {
            let values = ConstantFolding.combine((a, left.shape), (b, right.shape), to: shape, function)
            if let folded = ConstantFolding.constant(values, shape, dtype) { return folded }
        }
        return try emit(
            "aten.\(op)", [reference(left), reference(right)], TensorType(dtype: dtype, shape: shape))
    }

    mutating func binary(
        _ op: String, _ left: ImportedValue, _ right: ImportedValue, dtype: DType? = nil
    ) throws -> ImportedValue {
        try binary(op, .tensor(left), .tensor(right), dtype: dtype)
    }

    mutating func binary(
        _ op: String, _ left: ImportedValue, _ right: Double, dtype: DType? = nil
    ) throws -> ImportedValue {
        try binary(op, .tensor(left), .number(right), dtype: dtype)
    }

    mutating func add(_ a: ImportedValue, _ b: ImportedValue) throws -> ImportedValue { try binary("add.Tensor", a, b) }
    mutating func add(_ a: ImportedValue, _ b: Double) throws -> ImportedValue { try binary("add.Tensor", a, b) }
    mutating func sub(_ a: ImportedValue, _ b: ImportedValue) throws -> ImportedValue { try binary("sub.Tensor", a, b) }
    mutating func mul(_ a: ImportedValue, _ b: ImportedValue) throws -> ImportedValue { try binary("mul.Tensor", a, b) }
    mutating func mul(_ a: ImportedValue, _ b: Double) throws -> ImportedValue {
        b == 1 ? a : try binary("mul.Tensor", a, b)
    }
    mutating func div(_ a: ImportedValue, _ b: ImportedValue) throws -> ImportedValue { try binary("div.Tensor", a, b) }

    /// The quotient of integers rounded towards zero.
    mutating func truncatedQuotient(_ a: Operand, _ b: Operand) throws -> ImportedValue {
        if let x = foldable(a), let y = foldable(b), !y.contains(0), let shape = Shape.broadcast([a.shape, b.shape]),
            isSmall(shape),
            let dtype = a.dtype ?? b.dtype, let function = ConstantFolding.binary["aten.truncated_quotient"]
        {
            let values = ConstantFolding.combine((x, a.shape), (y, b.shape), to: shape, function)
            if let folded = ConstantFolding.constant(values, shape, dtype) { return folded }
        }
        guard let shape = Shape.broadcast([a.shape, b.shape]), let dtype = a.dtype ?? b.dtype else {
            throw error("shapes \(a.shape) and \(b.shape) do not broadcast", hint: "extents must be equal or 1")
        }
        return try emit(
            "aten.div.Tensor_mode", [reference(a), reference(b)], keywords: ["rounding_mode": .string("trunc")],
            TensorType(dtype: dtype, shape: shape))
    }

    /// The first operand where the condition holds, else the second.
    mutating func choose(_ condition: ImportedValue, _ a: Operand, _ b: Operand) throws -> ImportedValue {
        guard let shape = Shape.broadcast([condition.shape, a.shape, b.shape]), let dtype = a.dtype ?? b.dtype else {
            throw error(
                "shapes \(condition.shape), \(a.shape) and \(b.shape) do not broadcast",
                hint: "extents must be equal or 1")
        }
        if let mask = foldable(condition), let x = foldable(a), let y = foldable(b), isSmall(shape) {
            let mask = ConstantFolding.expand(mask, condition.shape, to: shape)
            let (x, y) = (ConstantFolding.expand(x, a.shape, to: shape), ConstantFolding.expand(y, b.shape, to: shape))
            return .constant(mask.indices.map { mask[$0] != 0 ? x[$0] : y[$0] }, shape, dtype)
        }
        let form =
            switch (a, b) {
            case (.tensor, .tensor): "self"
            case (.number, .tensor): "ScalarSelf"
            case (.tensor, .number): "ScalarOther"
            case (.number, .number): "Scalar"
            }
        return try emit(
            "aten.where.\(form)", [reference(condition), reference(a), reference(b)],
            TensorType(dtype: dtype, shape: shape))
    }

    mutating func choose(
        _ condition: ImportedValue, _ a: ImportedValue, _ b: ImportedValue
    ) throws -> ImportedValue { try choose(condition, .tensor(a), .tensor(b)) }

    /// The tensor in another element type.
    mutating func cast(_ x: ImportedValue, to dtype: DType) throws -> ImportedValue {
        guard x.dtype != dtype else { return x }
        if let values = foldable(x) {
            let converted = values.compactMap { ConstantFolding.cast($0, to: dtype) }
            if converted.count == values.count { return .constant(converted, x.shape, dtype) }
        }
        return try emit(
            "aten.to.dtype", [reference(x), .string(dtype.torchName)], TensorType(dtype: dtype, shape: x.shape))
    }

    /// A reduction with the arguments (input, axes, keepdim), e.g. `sum.dim_IntList`; no axes reduce nothing.
    mutating func reduce(
        _ op: String, _ x: ImportedValue, _ axes: [Int], keeps: Bool, dtype: DType? = nil
    ) throws -> ImportedValue {
        let type = TensorType(dtype: dtype ?? x.dtype, shape: Self.reduced(x.shape, axes, keeps: keeps))
        if axes.isEmpty { return x }
        if axes.count == x.rank, let values = foldable(x), let function = ConstantFolding.reductions["aten.\(op)"],
            let folded = function(values).flatMap({ ConstantFolding.constant([$0], type.shape, type.dtype) })
        {
            return folded
        }
        return try emit("aten.\(op)", [reference(x), .integers(axes), .bool(keeps)], type)
    }

    /// The shape of a reduction over axes.
    static func reduced(_ shape: [Int], _ axes: [Int], keeps: Bool) -> [Int] {
        shape.indices.compactMap { axes.contains($0) ? (keeps ? 1 : nil) : shape[$0] }
    }

    /// `torch.matmul` of tensors of rank 1 or more.
    mutating func matmul(_ a: ImportedValue, _ b: ImportedValue) throws -> ImportedValue {
        let left = a.rank == 1 ? [1] + a.shape : a.shape
        let right = b.rank == 1 ? b.shape + [1] : b.shape
        guard left.count >= 2, right.count >= 2, left[left.count - 1] == right[right.count - 2],
            let batch = Shape.broadcast([Array(left.dropLast(2)), Array(right.dropLast(2))])
        else {
            throw error(
                "shapes \(a.shape) and \(b.shape) do not multiply",
                hint: "the last extent of the first must be the last but one of the second, batches must broadcast")
        }
        let shape =
            batch + (a.rank == 1 ? [] : [left[left.count - 2]]) + (b.rank == 1 ? [] : [right[right.count - 1]])
        return try emit(
            "aten.matmul.default", [reference(a), reference(b)], TensorType(dtype: a.dtype, shape: shape))
    }

    /// The elements of a constant small enough to compute with here.
    func foldable(_ value: ImportedValue) -> [Double]? {
        value.count <= ConstantFolding.largest ? value.constant : nil
    }

    /// Whether a result has few enough elements to be computed here.
    private func isSmall(_ shape: [Int]) -> Bool {
        TensorType(dtype: .bool, shape: shape).checkedByteCount.map { $0 <= ConstantFolding.largest } ?? false
    }

    private func foldable(_ operand: Operand) -> [Double]? {
        switch operand {
        case .tensor(let value): foldable(value)
        case .number(let number): [number]
        }
    }
}

extension Operand {
    /// The element type of a tensor.
    var dtype: DType? { if case .tensor(let value) = self { value.dtype } else { nil } }
}

extension Argument {
    /// A list of integers.
    static func integers(_ values: [Int]) -> Argument { .list(values.map(Argument.int)) }
}
