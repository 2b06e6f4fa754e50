import KernelIR
import Workloads

/// One operator of the graph with its operands resolved; every accessor throws `badInput` naming the node.
struct Call {
    let node: Node
    /// Positions of this node's results that anything reads.
    let usedResults: Set<Int>
    private let values: [String: [Tensor]]

    init(_ node: Node, _ values: [String: [Tensor]], usedResults: Set<Int>) {
        (self.node, self.values, self.usedResults) = (node, values, usedResults)
    }

    var name: String { node.name }

    func failure(_ message: String, hint: String? = nil) -> KernelwrightError {
        KernelwrightError(.badInput, "node \(node.name) (\(node.op)): \(message)", hint: hint)
    }

    /// The declared type of the first result.
    func resultType() throws(KernelwrightError) -> TensorType {
        guard let type = node.outputs.first else { throw failure("it declares no result") }
        return type
    }

    /// All results of a node that is an operand.
    func tuple(_ position: Int, _ keyword: String) throws(KernelwrightError) -> [Tensor] {
        guard let name = node.argument(position, keyword)?.valueName, let tensors = values[name] else {
            throw failure("argument \(position) (\(keyword)) is no tensor")
        }
        return tensors
    }

    func tensor(_ position: Int, _ keyword: String) throws(KernelwrightError) -> Tensor {
        let tensors = try tuple(position, keyword)
        guard tensors.count == 1 else {
            throw failure(
                "argument \(position) (\(keyword)) is \(tensors.count) tensors", hint: "pick one with getitem")
        }
        return tensors[0]
    }

    /// The tensor, or `nil` for `None`.
    func optionalTensor(_ position: Int, _ keyword: String) throws(KernelwrightError) -> Tensor? {
        switch node.argument(position, keyword) {
        case nil, .some(.none): return nil
        default: return try tensor(position, keyword)
        }
    }

    /// A tensor, or a number as a tensor of rank 0.
    func operand(_ position: Int, _ keyword: String, _ type: DType) throws(KernelwrightError) -> Tensor {
        if let number = node.argument(position, keyword)?.doubleValue { return Tensor(fill: number, type, []) }
        return try tensor(position, keyword)
    }

    /// The tensor that an argument refers to.
    func value(_ argument: Argument) throws(KernelwrightError) -> Tensor {
        guard let name = argument.valueName, let tensor = values[name]?.first else {
            throw failure("an argument is no tensor")
        }
        return tensor
    }

    func tensors(_ position: Int, _ keyword: String) throws(KernelwrightError) -> [Tensor] {
        guard case .list(let items)? = node.argument(position, keyword) else {
            throw failure("argument \(position) (\(keyword)) is no list of tensors")
        }
        var result: [Tensor] = []
        for item in items {
            guard let name = item.valueName, let tensor = values[name]?.first else {
                throw failure("argument \(position) (\(keyword)) holds something that is no tensor")
            }
            result.append(tensor)
        }
        return result
    }

    func number(_ position: Int, _ keyword: String, default fallback: Double) throws(KernelwrightError) -> Double {
        try optionalNumber(position, keyword) ?? fallback
    }

    func optionalNumber(_ position: Int, _ keyword: String) throws(KernelwrightError) -> Double? {
        guard let argument = node.argument(position, keyword), argument != .none else { return nil }
        guard let value = argument.doubleValue else { throw failure("argument \(position) (\(keyword)) is no number") }
        return value
    }

    func integer(
        _ position: Int, _ keyword: String, default fallback: Int? = nil
    ) throws(KernelwrightError) -> Int {
        guard let argument = node.argument(position, keyword), argument != .none else {
            guard let fallback else { throw failure("argument \(position) (\(keyword)) is missing") }
            return fallback
        }
        guard let value = argument.intValue else { throw failure("argument \(position) (\(keyword)) is no integer") }
        return value
    }

    func flag(_ position: Int, _ keyword: String, default fallback: Bool) -> Bool {
        node.argument(position, keyword)?.boolValue ?? fallback
    }

    func text(_ position: Int, _ keyword: String) throws(KernelwrightError) -> String {
        guard let text = node.argument(position, keyword)?.stringValue else {
            throw failure("argument \(position) (\(keyword)) is no text")
        }
        return text
    }

    func integers(_ position: Int, _ keyword: String) throws(KernelwrightError) -> [Int] {
        guard let list = node.argument(position, keyword)?.intList else {
            throw failure("argument \(position) (\(keyword)) is no list of integers")
        }
        return list
    }

    /// A dimension of a tensor of that rank; negative ones count from the end.
    func dimension(_ index: Int, rank: Int) throws(KernelwrightError) -> Int {
        guard let dimension = Shape.axis(index, rank: rank) else {
            throw failure("dimension \(index) does not exist", hint: "\(-max(rank, 1)) to \(max(rank, 1) - 1)")
        }
        return dimension
    }

    /// Dimensions given as a list; none, or an empty list, means all.
    func dimensions(_ position: Int, _ keyword: String, rank: Int) throws(KernelwrightError) -> Set<Int> {
        guard let argument = node.argument(position, keyword), argument != .none else { return Set(0..<rank) }
        guard let list = argument.intList else {
            throw failure("argument \(position) (\(keyword)) is no list of dimensions")
        }
        var result: Set<Int> = []
        for index in list {
            guard result.insert(try dimension(index, rank: rank)).inserted else {
                throw failure("dimension \(index) is listed twice")
            }
        }
        // A scalar has no dimension, though 0 and -1 name it.
        return list.isEmpty ? Set(0..<rank) : result.intersection(Set(0..<rank))
    }
}
