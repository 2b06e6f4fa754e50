import KernelIR

/// What the user asked for: a static graph of core ATen operators with PyTorch semantics.
public struct Workload: Sendable, Hashable {
    /// A number that is an argument of the traced function; nodes hold its value already.
    public struct Scalar: Sendable, Hashable, Codable {
        public var name: String
        public var value: Double
        public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
    }

    /// A label for people; no part of the identity.
    public var name: String
    /// Tensors that change from call to call.
    public var inputs: [TensorSpec]
    /// Numbers baked into the nodes, kept for the record.
    public var scalars: [Scalar]
    /// Tensors that stay the same from call to call: weights, biases, initial states.
    public var parameters: [TensorSpec]
    public var constants: [Constant]
    /// Values of parameters; without them, or for those they do not hold, values are drawn.
    public var weights: Weights?
    /// Operators in an order in which every value is defined before it is used.
    public var nodes: [Node]
    /// Names of the values handed back, in order.
    public var outputs: [String]
    /// Floating-point operations as counted by whoever traced the graph; no part of the identity.
    public var declaredFlops: Int?
    /// Size constants that differ from the published workload's; no part of the identity.
    public var resized: [String: Argument]
    /// Values that inputs may take, by name, where the graph does not tell; no part of the identity.
    public var domains: [String: InputDomain]
    /// The distributions to judge under, checked on the first and timed on the last; empty where the judge's own choice
    /// will do; no part of the identity.
    public var distributions: [InputDistribution]

    public init(
        name: String, inputs: [TensorSpec], scalars: [Scalar] = [], parameters: [TensorSpec] = [],
        constants: [Constant] = [], weights: Weights? = nil, nodes: [Node], outputs: [String],
        declaredFlops: Int? = nil, resized: [String: Argument] = [:], domains: [String: InputDomain] = [:],
        distributions: [InputDistribution] = []
    ) {
        self.name = name
        self.inputs = inputs
        self.scalars = scalars
        self.parameters = parameters
        self.constants = constants
        self.weights = weights
        self.nodes = nodes
        self.outputs = outputs
        self.declaredFlops = declaredFlops
        self.resized = resized
        self.domains = domains
        self.distributions = distributions
    }

    /// What kernels read beside the inputs: the parameters, then the constants that some node uses.
    public var stored: [TensorSpec] {
        let used = nodes.reduce(into: Set<String>()) { $0.formUnion($1.references) }
        return parameters + constants.map(\.spec).filter { used.contains($0.name) }
    }

    /// Types of every value by name: inputs, parameters, constants and nodes (one type for each output of a node).
    public var valueTypes: [String: [TensorType]] {
        var types: [String: [TensorType]] = [:]
        for spec in inputs + parameters + constants.map(\.spec) { types[spec.name] = [spec.type] }
        for node in nodes { types[node.name] = node.outputs }
        return types
    }

    /// Types of the outputs, in order; meant for a validated workload.
    public var outputTypes: [TensorType] {
        let types = valueTypes
        return outputs.compactMap { types[$0]?.first }
    }

    /// Distinct operators in order of first use.
    public var operators: [String] {
        var seen: Set<String> = []
        return nodes.map(\.op).filter { seen.insert($0).inserted }
    }
}
