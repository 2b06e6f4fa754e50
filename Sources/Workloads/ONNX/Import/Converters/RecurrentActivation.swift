import KernelIR

/// An activation function of a recurrent layer, with its parameters.
enum RecurrentActivation: Sendable, Hashable {
    case relu, tanh, sigmoid, softsign, softplus
    case affine(Double, Double), scaledTanh(Double, Double), hardSigmoid(Double, Double)
    case leakyRelu(Double), thresholdedRelu(Double), elu(Double)

    private static let names = [
        "relu", "tanh", "sigmoid", "softsign", "softplus", "affine", "scaledtanh", "hardsigmoid", "leakyrelu",
        "thresholdedrelu", "elu",
    ]

    /// The functions of each direction; those that have parameters take the next of the lists.
    static func list(_ call: OnnxCall, _ count: Int, directions: Int) throws -> [[RecurrentActivation]] {
        let standard = count == 1 ? ["Tanh"] : ["Sigmoid"] + Array(repeating: "Tanh", count: count - 1)
        let names = try call.strings("activations") ?? Array(repeating: standard, count: directions).flatMap { $0 }
        try call.require(
            names.count == count * directions, "activations \(names)", hint: "\(count) for each direction")
        var alphas = try call.floats("activation_alpha") ?? []
        var betas = try call.floats("activation_beta") ?? []
        func next(_ list: inout [Double], _ standard: Double) -> Double {
            list.isEmpty ? standard : list.removeFirst()
        }
        let functions = try names.map { name -> RecurrentActivation in
            switch name.lowercased() {
            case "relu": return .relu
            case "tanh": return .tanh
            case "sigmoid": return .sigmoid
            case "softsign": return .softsign
            case "softplus": return .softplus
            case "affine": return .affine(next(&alphas, 1), next(&betas, 0))
            case "scaledtanh": return .scaledTanh(next(&alphas, 1), next(&betas, 1))
            case "hardsigmoid": return .hardSigmoid(next(&alphas, 0.2), next(&betas, 0.5))
            case "leakyrelu": return .leakyRelu(next(&alphas, 0.01))
            case "thresholdedrelu": return .thresholdedRelu(next(&alphas, 1))
            case "elu": return .elu(next(&alphas, 1))
            default: throw call.error("activation \(name)", hint: "legal: \(Self.names.joined(separator: ", "))")
            }
        }
        return (0..<directions).map { Array(functions[($0 * count)..<(($0 + 1) * count)]) }
    }

    /// Applies the function.
    func apply(_ x: ImportedValue, _ graph: inout GraphComposer) throws -> ImportedValue {
        switch self {
        case .relu: return try graph.unary("relu", x)
        case .tanh: return try graph.unary("tanh", x)
        case .sigmoid: return try graph.unary("sigmoid", x)
        case .softplus: return try graph.unary("softplus", x)
        case .softsign: return try graph.div(x, graph.add(graph.unary("abs", x), 1))
        case .affine(let a, let b): return try graph.add(graph.mul(x, a), b)
        case .scaledTanh(let a, let b): return try graph.mul(graph.unary("tanh", graph.mul(x, b)), a)
        case .hardSigmoid(let a, let b):
            return try graph.unary("clamp", graph.add(graph.mul(x, a), b), [.int(0), .int(1)])
        case .leakyRelu(let a): return try graph.unary("leaky_relu", x, [.number(a)])
        case .thresholdedRelu(let a):
            return try graph.choose(graph.binary("ge.Tensor", x, a, dtype: .bool), .tensor(x), .number(0))
        case .elu(let a): return try graph.unary("elu", x, [.number(a)])
        }
    }
}
