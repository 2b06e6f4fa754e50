import KernelIR
import Workloads

/// Collects the stages of a workload; every buffer is still one-dimensional, in row-major order.
struct ProgramBuilder {
    private(set) var buffers: [Buffer] = []
    private(set) var stages: [Stage] = []
    /// What is known of the parameters' values: the workload's own constants.
    private var constants: [String: [Double]] = [:]
    /// What was joined so far, by the first operand.
    private var joins: [Tensor: [Join]] = [:]

    /// Declares a tensor that the caller provides.
    mutating func declare(_ spec: TensorSpec, role: Buffer.Role) -> Tensor {
        buffers.append(Buffer(spec.name, spec.dtype, shape: [spec.elementCount], role: role))
        return Tensor(spec.name, spec.dtype, spec.shape)
    }

    /// Declares a tensor whose values belong to the workload.
    mutating func declare(_ constant: Constant) -> Tensor {
        constants[constant.name] = constant.values
        return declare(constant.spec, role: .parameter)
    }

    /// The elements of a view of a constant, row-major; nil where they are not known before the program runs.
    func knownValues(of tensor: Tensor) -> [Double]? {
        switch tensor.source {
        case .fill(let value): return Array(repeating: value, count: tensor.count)
        case .buffer(let name):
            guard let values = constants[name] else { return nil }
            return zip(tensor.shape, tensor.strides).reduce([tensor.offset]) { places, dimension in
                places.flatMap { place in (0..<dimension.0).map { place + $0 * dimension.1 } }
            }.map { values[$0] }
        }
    }

    /// A stage that computes each element of a new tensor from its coordinates.
    mutating func map(_ name: String, _ shape: [Int], _ type: DType, _ body: ([Index]) -> Expr) -> Tensor {
        let box = Box(shape) { _ in "i" }
        stages.append(.map(name, box.axes, [body(box.point)], into: [name]))
        return temporary(name, type, shape)
    }

    /// Tensors that lie one behind the other in another.
    struct Join {
        var parts: [Tensor]
        var dimension: Int
        var whole: Tensor
    }

    /// Keeps in mind that tensors were joined.
    mutating func note(_ join: Join) {
        if let first = join.parts.first { joins[first, default: []].append(join) }
    }

    /// The same operands of a join, where the longest row of first ones that was joined before is one operand: what grows
    /// by an operand at a time, as the features of a dense block do, is read from the one before.
    func regrouped(_ tensors: [Tensor], along dimension: Int, _ type: DType) -> [Tensor] {
        let known = tensors.first.flatMap { joins[$0] } ?? []
        let fitting = known.filter {
            $0.dimension == dimension && $0.whole.type == type && tensors.starts(with: $0.parts)
        }
        guard let longest = fitting.max(by: { $0.parts.count < $1.parts.count }) else { return tensors }
        return [longest.whole] + tensors.dropFirst(longest.parts.count)
    }

    /// A stage that reduces some dimensions of a box.
    ///
    /// `lift` sees all coordinates; `finish` too, with 0 along the reduced dimensions. One result a type; the first is
    /// named like the stage. Results keep reduced dimensions with extent 1.
    mutating func reduce(
        _ name: String, _ shape: [Int], over dimensions: Set<Int>, _ monoid: Monoid, results: [(String, DType)],
        lift: ([Index]) -> [Expr], finish: ([Index]) -> [Expr]
    ) -> [Tensor] {
        let first = dimensions.min() ?? 0
        let box = Box(shape) { dimensions.contains($0) ? "r" : $0 < first ? "row" : "i" }
        let inside = box.axes.filter { $0.name.hasPrefix("r#") }
        let outside = box.axes.filter { !$0.name.hasPrefix("r#") }
        let origin = box.point.enumerated().map { dimensions.contains($0.offset) ? Index(0) : $0.element }
        let kept = shape.enumerated().map { dimensions.contains($0.offset) ? 1 : $0.element }
        append(
            .reduce(
                name, outside, monoid, over: inside, lift(box.point), finish: finish(origin),
                into: results.map(\.0)))
        return results.map { temporary($0.0, $0.1, kept) }
    }

    /// Adds a stage whose axes and flat loads are ready; a reduction over nothing becomes one over a single element.
    mutating func append(_ stage: Stage) {
        var stage = stage
        if case .reduce(let monoid, let over) = stage.kind, over.isEmpty {
            stage.kind = .reduce(monoid, over: [Axis("r#0", 1)])
        }
        stages.append(stage)
    }

    /// A new buffer for a stage's result.
    mutating func temporary(_ name: String, _ type: DType, _ shape: [Int]) -> Tensor {
        buffers.append(Buffer(name, type, shape: [shape.reduce(1, *)], role: .temporary))
        return Tensor(name, type, shape)
    }

    /// A view of the same elements; copies them first where strides cannot describe it.
    mutating func reshape(_ tensor: Tensor, to shape: [Int], name: String) -> Tensor {
        if let view = tensor.reshaped(to: shape) { return view }
        let copy = map(name, tensor.shape, tensor.type) { tensor.element($0) }
        return copy.reshaped(to: shape) ?? copy
    }

    /// Hands values out under names: a value's buffer becomes the output, or is copied where it is not its own.
    mutating func output(_ values: [(name: String, tensor: Tensor)]) throws(KernelwrightError) {
        // Buffers that have the right name already come first, so that no view takes them.
        let own = values.filter { $0.tensor.source == .buffer($0.name) }
        var renamed: [Tensor.Source: Tensor.Source] = [:]
        for (name, value) in own + values.filter({ $0.tensor.source != .buffer($0.name) }) {
            var tensor = value
            tensor.source = renamed[value.source] ?? value.source
            if let position = position(ofWhole: tensor) {
                buffers[position].role = .output
                renamed[tensor.source] = .buffer(name)
                rename(buffers[position].name, to: name)
                continue
            }
            guard !buffers.contains(where: { $0.name == name }) else {
                throw KernelwrightError(
                    .badInput, "output \(name) is an input", hint: "name the results of operators as outputs")
            }
            _ = map(name, tensor.shape, tensor.type) { tensor.element($0) }
            buffers[buffers.count - 1].role = .output
        }
    }

    /// The temporary buffer of which a value is the whole, in order.
    private func position(ofWhole tensor: Tensor) -> Int? {
        guard case .buffer(let name) = tensor.source, tensor.offset == 0, tensor.isContiguous else { return nil }
        return buffers.firstIndex { $0.name == name && $0.role == .temporary && $0.count == tensor.count }
    }

    private mutating func rename(_ old: String, to new: String) {
        guard old != new else { return }
        for position in buffers.indices where buffers[position].name == old { buffers[position].name = new }
        func renamed(_ expr: Expr) -> Expr {
            expr.rewritten { node in
                guard case .load(var load) = node, load.buffer == old else { return node }
                load.buffer = new
                return .load(load)
            }
        }
        stages = stages.map { stage in
            var copy = stage
            copy.body = stage.body.map(renamed)
            copy.finish = stage.finish.map(renamed)
            copy.outputs = stage.outputs.map { $0 == old ? new : $0 }
            return copy
        }
    }
}

/// The coordinates of a box; dimensions of extent 1 have no axis.
struct Box {
    /// Named `kind#dimension`.
    let axes: [Axis]
    /// One coordinate a dimension.
    let point: [Index]

    init(_ shape: [Int], _ kind: (Int) -> String) {
        let named = shape.enumerated().map { Axis("\(kind($0.offset))#\($0.offset)", $0.element) }
        axes = named.filter { $0.extent > 1 }
        point = named.map { $0.extent > 1 ? .axis($0.name) : Index(0) }
    }
}
