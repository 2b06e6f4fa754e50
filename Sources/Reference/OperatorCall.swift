import KernelIR
import Workloads

/// One node with the values of its operands: what an operator's implementation reads.
struct OperatorCall<Scalar: ReferenceScalar> {
    let node: Node
    let values: [String: [Tensor<Scalar>]]

    /// The dtype declared for the first result.
    var dtype: DType { node.outputs.first?.dtype ?? .float32 }

    /// A tensor operand.
    func tensor(_ position: Int, _ keyword: String = "input") throws -> Tensor<Scalar> {
        guard let tensor = try optionalTensor(position, keyword) else { throw bad(position, keyword, "a tensor") }
        return tensor
    }

    /// A tensor operand, or nil where it is None or missing.
    func optionalTensor(_ position: Int, _ keyword: String) throws -> Tensor<Scalar>? {
        switch node.argument(position, keyword) {
        case nil, .some(.none): return nil
        case .value(let name): return try value(name)
        default: throw bad(position, keyword, "a tensor")
        }
    }

    /// A tensor or a number, the latter as a tensor of rank 0.
    func operand(_ position: Int, _ keyword: String = "other") throws -> Tensor<Scalar> {
        if let number = node.argument(position, keyword)?.doubleValue {
            return Tensor(scalar: Scalar(number), dtype: dtype)
        }
        return try tensor(position, keyword)
    }

    /// A list of tensors.
    func tensors(_ position: Int, _ keyword: String) throws -> [Tensor<Scalar>] {
        guard case .list(let items)? = node.argument(position, keyword) else {
            throw bad(position, keyword, "a list of tensors")
        }
        var tensors: [Tensor<Scalar>] = []
        for item in items {
            guard let name = item.valueName else { throw bad(position, keyword, "a list of tensors") }
            tensors.append(try value(name))
        }
        return tensors
    }

    func number(_ position: Int, _ keyword: String, default standard: Double?) throws -> Double {
        try literal(position, keyword, default: standard, "a number") { $0.doubleValue }
    }

    func int(_ position: Int, _ keyword: String, default standard: Int?) throws -> Int {
        try literal(position, keyword, default: standard, "an integer") { $0.intValue }
    }

    func bool(_ position: Int, _ keyword: String, default standard: Bool?) throws -> Bool {
        try literal(position, keyword, default: standard, "a boolean") { $0.boolValue }
    }

    func string(_ position: Int, _ keyword: String, default standard: String?) throws -> String {
        try literal(position, keyword, default: standard, "a string") { $0.stringValue }
    }

    func ints(_ position: Int, _ keyword: String, default standard: [Int]?) throws -> [Int] {
        try literal(position, keyword, default: standard, "a list of integers") { $0.intList }
    }

    /// Axes as non-negative numbers; none or an empty list stands for all axes and gives an empty list.
    func axes(_ position: Int, _ keyword: String, of tensor: Tensor<Scalar>) throws -> [Int] {
        var axes: [Int] = []
        for index in try ints(position, keyword, default: []) { axes.append(try axis(index, of: tensor.shape.count)) }
        return axes
    }

    /// One axis as a non-negative number.
    func axis(_ index: Int, of rank: Int) throws -> Int {
        guard let axis = Shape.axis(index, rank: rank) else {
            throw error("axis \(index) does not exist", hint: "axes are \(-max(rank, 1)) to \(max(rank, 1) - 1)")
        }
        return axis
    }

    func error(_ message: String, hint: String) -> KernelwrightError {
        KernelwrightError(.badInput, "node \(node.name) (\(node.op)): \(message)", hint: hint)
    }

    private func value(_ name: String) throws -> Tensor<Scalar> {
        guard let found = values[name], found.count == 1 else {
            throw error("%\(name) is no single tensor", hint: "read one of several results with getitem")
        }
        return found[0]
    }

    private func literal<Value>(
        _ position: Int, _ keyword: String, default standard: Value?, _ kind: String, _ read: (Argument) -> Value?
    ) throws -> Value {
        switch node.argument(position, keyword) {
        case nil, .some(.none):
            guard let standard else { throw bad(position, keyword, kind) }
            return standard
        case .some(let argument):
            guard let value = read(argument) else { throw bad(position, keyword, kind) }
            return value
        }
    }

    private func bad(_ position: Int, _ keyword: String, _ kind: String) -> KernelwrightError {
        error(
            "argument \(position) (\(keyword)) is no \(kind.split(separator: " ", maxSplits: 1)[1])",
            hint: "give \(kind)")
    }
}
