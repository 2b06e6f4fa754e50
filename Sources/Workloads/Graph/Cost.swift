import KernelIR

extension Workload {
    /// Names of every value an output depends on; other nodes (buffer updates) need not be computed.
    ///
    /// An in-place operator counts where its operand is read again behind it.
    public var liveValues: Set<String> {
        var live = Set(outputs)
        for node in nodes.reversed() {
            guard live.contains(node.name) || node.overwrittenValue.map(live.contains) == true else { continue }
            live.insert(node.name)
            live.formUnion(node.references)
        }
        return live
    }

    /// Bytes that any implementation must move: inputs and parameters that reach an output once each, and the outputs.
    public var minimumBytes: Int {
        let live = liveValues
        let read = (inputs + parameters).filter { live.contains($0.name) }.map(\.byteCount).reduce(0, +)
        return read + outputTypes.map(\.byteCount).reduce(0, +)
    }

    /// Floating-point operations of products of tensors: those declared, else as `ProductCost` counts them.
    ///
    /// Products are matrix products, convolutions, attention and recurrent networks; elementwise work is not counted.
    public var flops: Int { declaredFlops ?? productFlops }

    private var productFlops: Int {
        let types = valueTypes
        let live = liveValues
        let shapes = { (name: String) in types[name]?.first?.shape ?? [] }
        return nodes.filter { live.contains($0.name) }.map { ProductCost.flops(of: $0, shape: shapes) }.reduce(0, +)
    }
}
