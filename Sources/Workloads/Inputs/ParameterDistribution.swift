import KernelIR

/// How a parameter is drawn: uniform in a range that keeps activations near unit size and never at an identity, so that
/// a kernel that drops a weight or a bias is caught.
public struct ParameterDistribution: Sendable, Hashable, Codable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

    /// ±1/√(fan-in), times √3 for unit variance, for the matrix of a product or a convolution and for what is summed
    /// step by step; 0.5 ..< 1.5 for scales, biases and everything else.
    public init(of parameter: TensorSpec, in workload: Workload) {
        let fanIn =
            workload.nodes.lazy.compactMap { Self.fanIn(of: parameter, in: $0) }.first
            ?? Self.steps(of: parameter, in: workload)
        guard let fanIn else {
            self.init(low: 0.5, high: 1.5)
            return
        }
        let bound = (3 / Double(max(fanIn, 1))).squareRoot()
        self.init(low: -bound, high: bound)
    }

    /// Fills a row-major tensor; equal spec names and seeds give equal bytes.
    /// - Precondition: `buffer` holds at least `spec.byteCount` bytes.
    public func fill(_ spec: TensorSpec, seed: Seed, into buffer: UnsafeMutableRawBufferPointer) {
        let writer = TensorWriter(dtype: spec.dtype, count: spec.elementCount, buffer: buffer)
        let stream = RandomStream(seed: seed, name: spec.name)
        guard spec.dtype.isFloatingPoint else { return writer.writeIntegers(stream) }
        let (scale, offset) = (Float(high - low), Float(low))
        writer.write { position in
            let pair = stream.uniformPair(position)
            return (offset + scale * pair.0, offset + scale * pair.1)
        }
    }

    /// The longest dimension of a parameter of which running sums are taken, of itself or of a view: with terms of one
    /// sign they would grow with it, and models exponentiate such sums (Mamba-2's decays).
    private static func steps(of parameter: TensorSpec, in workload: Workload) -> Int? {
        var views: Set<String> = [parameter.name]
        for node in workload.nodes where !views.isDisjoint(with: node.references) {
            if node.op == "aten.cumsum.default" { return parameter.shape.reduce(1, max) }
            if node.keepsValues { views.insert(node.name) }
        }
        return nil
    }

    /// Terms summed for one output element where a node uses the parameter as a matrix.
    private static func fanIn(of parameter: TensorSpec, in node: Node) -> Int? {
        guard parameter.shape.count >= 2, node.references.contains(parameter.name) else { return nil }
        let family = node.op.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        switch family {
        case "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "lstm",
            "gru", "numpy_T", "t":
            return parameter.shape.dropFirst().reduce(1, *)
        case "matmul", "mm", "bmm", "einsum":
            return parameter.shape[parameter.shape.count - 2]
        default:
            return nil
        }
    }
}

extension Workload {
    /// Fills the input, parameter or constant `spec` of this workload: inputs by `inputs` within their domain, parameters
    /// from the weights where they hold them, else by their own distribution.
    /// - Precondition: `buffer` holds at least `spec.byteCount` bytes.
    public func fill(
        _ spec: TensorSpec, inputs: InputDistribution = .uniform, seed: Seed,
        into buffer: UnsafeMutableRawBufferPointer
    ) {
        if parameters.contains(spec) {
            if weights?.fill(spec, into: buffer) == true { return }
            ParameterDistribution(of: spec, in: self).fill(spec, seed: seed, into: buffer)
        } else if let constant = constants.first(where: { $0.name == spec.name }) {
            constant.fill(buffer)
        } else if let domain = domain(of: spec) {
            domain.fill(spec, from: inputs, seed: seed, into: buffer)
        } else {
            inputs.fill(spec, seed: seed, into: buffer)
        }
    }
}
