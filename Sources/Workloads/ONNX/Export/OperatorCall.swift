import KernelIR

/// One ATen node to be converted: typed access to its arguments, which throws `badInput` naming node and operator.
struct OperatorCall {
    let workload: String
    let node: Node
    let values: [String: [OnnxValue]]
    /// Which results are read, for nodes with several.
    let usedElements: Set<Int>

    /// The type of the first result.
    var output: TensorType { node.outputs.first ?? TensorType(dtype: .float32, shape: []) }

    /// A tensor argument that must be there.
    func tensor(_ position: Int, _ keyword: String) throws(KernelwrightError) -> OnnxValue {
        guard let value = try optionalTensor(position, keyword) else { throw reject("\(keyword) must be a tensor") }
        return value
    }

    /// A tensor argument, or nil where it is absent or None.
    func optionalTensor(_ position: Int, _ keyword: String) throws(KernelwrightError) -> OnnxValue? {
        switch node.argument(position, keyword) {
        case nil, Argument.none?: return nil
        case .value(let name)?: return try single(name, keyword)
        case let other?: throw reject("\(keyword) must be a tensor, not \(other)")
        }
    }

    /// A list of tensors.
    func tensors(_ position: Int, _ keyword: String) throws(KernelwrightError) -> [OnnxValue] {
        guard case .list(let items)? = node.argument(position, keyword) else {
            throw reject("\(keyword) must be a list of tensors")
        }
        var tensors: [OnnxValue] = []
        for item in items { tensors.append(try self.item(item, keyword)) }
        return tensors
    }

    /// A tensor of a list.
    func item(_ argument: Argument, _ keyword: String) throws(KernelwrightError) -> OnnxValue {
        guard let name = argument.valueName else { throw reject("\(keyword) must be a list of tensors") }
        return try single(name, keyword)
    }

    /// A tensor cast to a type, or a number as a scalar of that type: an operand of arithmetic.
    func operand(
        _ position: Int, _ keyword: String, as dtype: DType, _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> String {
        guard let number = node.argument(position, keyword)?.doubleValue else {
            return cast(try tensor(position, keyword), to: dtype, &graph)
        }
        return graph.scalar(number, dtype)
    }

    /// The tensor in another element type.
    func cast(_ value: OnnxValue, to dtype: DType, _ graph: inout GraphBuilder) -> String {
        guard value.dtype != dtype else { return value.name }
        return graph.emit("Cast", [value.name], [.type("to", dtype)])
    }

    func double(_ position: Int, _ keyword: String, default value: Double) throws(KernelwrightError) -> Double {
        guard let argument = present(position, keyword) else { return value }
        guard let number = argument.doubleValue else { throw reject("\(keyword) must be a number") }
        return number
    }

    func int(_ position: Int, _ keyword: String, default value: Int? = nil) throws(KernelwrightError) -> Int {
        guard let number = present(position, keyword).map(\.intValue) ?? value else {
            throw reject("\(keyword) must be an integer")
        }
        return number
    }

    func flag(_ position: Int, _ keyword: String, default value: Bool) throws(KernelwrightError) -> Bool {
        guard let argument = present(position, keyword) else { return value }
        guard let flag = argument.boolValue else { throw reject("\(keyword) must be true or false") }
        return flag
    }

    func string(_ position: Int, _ keyword: String, default value: String) throws(KernelwrightError) -> String {
        guard let argument = present(position, keyword) else { return value }
        guard let text = argument.stringValue else { throw reject("\(keyword) must be a string") }
        return text
    }

    /// A list of integers, or nil where it is absent or None.
    func integers(_ position: Int, _ keyword: String) throws(KernelwrightError) -> [Int]? {
        guard let argument = present(position, keyword) else { return nil }
        guard let list = argument.intList else { throw reject("\(keyword) must be a list of integers") }
        return list
    }

    /// An axis of a tensor, counted from 0.
    func axis(_ index: Int, of value: OnnxValue) throws(KernelwrightError) -> Int {
        guard let axis = Shape.axis(index, rank: value.rank) else {
            throw reject("axis \(index) is outside a tensor of rank \(value.rank)")
        }
        return axis
    }

    /// Axes of a tensor, counted from 0 and in order; all of them for nil or an empty list, none of a scalar.
    func axes(_ indices: [Int]?, of value: OnnxValue) throws(KernelwrightError) -> [Int] {
        if value.rank == 0 { return [] }
        guard let indices, !indices.isEmpty else { return Array(value.shape.indices) }
        var axes: [Int] = []
        for index in indices { axes.append(try axis(index, of: value)) }
        return axes.sorted()
    }

    /// The error for an argument that has no ONNX form here.
    func reject(_ reason: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "workload \(workload): node \(node.name) (\(node.op)) has no ONNX form: \(reason)",
            hint: "change the argument or choose another baseline")
    }

    private func present(_ position: Int, _ keyword: String) -> Argument? {
        let argument = node.argument(position, keyword)
        return argument == Argument.none ? nil : argument
    }

    private func single(_ name: String, _ keyword: String) throws(KernelwrightError) -> OnnxValue {
        guard let found = values[name], found.count == 1 else {
            throw reject("\(keyword) must be one tensor, %\(name) is not")
        }
        return found[0]
    }
}
