/// A named loop dimension that counts from 0 below its extent.
public struct Axis: Sendable, Hashable, Codable {
    public var name: String
    public var extent: Int

    public init(_ name: String, _ extent: Int) {
        self.name = name
        self.extent = extent
    }
}

/// A dense row-major tensor in device memory.
public struct Buffer: Sendable, Hashable, Codable {
    /// Who fills and who reads it.
    public enum Role: String, Sendable, Hashable, Codable { case input, parameter, output, temporary }

    public var name: String
    public var type: DType
    /// May be a reshape of the workload's tensor: only the order of the elements counts.
    public var shape: [Int]
    public var role: Role

    public init(_ name: String, _ type: DType = .float32, shape: [Int], role: Role) {
        self.name = name
        self.type = type
        self.shape = shape
        self.role = role
    }

    /// Elements in all.
    public var count: Int { shape.reduce(1, *) }
    /// Bytes in all.
    public var byteCount: Int { count * type.byteCount }
    /// Elements between neighbours along each dimension.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for dimension in shape.indices.dropLast().reversed() {
            strides[dimension] = strides[dimension + 1] * shape[dimension + 1]
        }
        return strides
    }
}

/// One step of a tensor program: every element of its outputs, each a map, a reduction or a scan at that point.
public struct Stage: Sendable, Hashable, Codable {
    /// How a point's value comes about.
    public enum Kind: Sendable, Hashable, Codable {
        /// `outputs[i][axes] = body[i]`.
        case map
        /// States start at the identity and combine `body` (one lift a state) over the axes; `finish[i]` gives output i.
        case reduce(Monoid, over: [Axis])
        /// States start at the identity and combine `body` (one lift a state) at every point of the sweep's axis up to this
        /// one; `finish[i]` gives output i.
        case scan(Monoid, along: Sweep)
    }

    public var name: String
    /// The dimensions of the outputs, in order.
    public var axes: [Axis]
    public var kind: Kind
    /// map: one expression an output. reduce, scan: one a state (the lift).
    public var body: [Expr]
    /// reduce, scan: one expression an output over `.state`, which may load at the stage's own axes. map: empty.
    public var finish: [Expr]
    /// The buffers written, at the index `axes`.
    public var outputs: [String]
    /// Whether the points are computed in ascending order of the first axis, so that body and finish may load what the
    /// stage itself has written at smaller values of it.
    public var isRecurrent = false

    /// A stage that computes each element on its own.
    public static func map(_ name: String, _ axes: [Axis], _ body: [Expr], into outputs: [String]) -> Stage {
        Stage(name: name, axes: axes, kind: .map, body: body, finish: [], outputs: outputs)
    }

    /// A stage that reduces over further axes.
    public static func reduce(
        _ name: String, _ axes: [Axis], _ monoid: Monoid, over: [Axis], _ lift: [Expr], finish: [Expr],
        into outputs: [String]
    ) -> Stage {
        Stage(name: name, axes: axes, kind: .reduce(monoid, over: over), body: lift, finish: finish, outputs: outputs)
    }

    /// A stage that combines everything along one of its axes up to each point.
    public static func scan(
        _ name: String, _ axes: [Axis], _ monoid: Monoid, along sweep: Sweep, _ lift: [Expr], finish: [Expr],
        into outputs: [String]
    ) -> Stage {
        Stage(name: name, axes: axes, kind: .scan(monoid, along: sweep), body: lift, finish: finish, outputs: outputs)
    }

    /// The axes reduced over; empty for a map or a scan.
    public var reduceAxes: [Axis] {
        if case .reduce(_, let over) = kind { over } else { [] }
    }

    /// The monoid, where there is one.
    public var monoid: Monoid? {
        switch kind {
        case .map: nil
        case .reduce(let monoid, _), .scan(let monoid, _): monoid
        }
    }

    /// Whether the stage reduces axes away.
    public var isReduction: Bool { if case .reduce = kind { true } else { false } }

    /// How a scan walks its axis; `nil` for other stages.
    public var sweep: Sweep? { if case .scan(_, let sweep) = kind { sweep } else { nil } }

    /// Every load of body and finish.
    public var loads: [Load] { (body + finish).flatMap(\.loads) }

    /// Whether body or finish read one of the buffers.
    public func reads(anyOf buffers: [String]) -> Bool {
        body.contains { $0.reads(anyOf: buffers) } || finish.contains { $0.reads(anyOf: buffers) }
    }

    /// What the stage reads of its own outputs.
    public var recurrentLoads: [Load] { isRecurrent ? loads.filter { outputs.contains($0.buffer) } : [] }
}

/// What is to be computed, without a word on how: stages in order, over named buffers.
public struct TensorProgram: Sendable, Hashable, Codable {
    public var name: String
    public var buffers: [Buffer]
    /// In an order in which every buffer is written before it is read.
    public var stages: [Stage]

    public init(name: String, buffers: [Buffer], stages: [Stage]) {
        self.name = name
        self.buffers = buffers
        self.stages = stages
    }

    /// The buffer of that name.
    public func buffer(_ name: String) -> Buffer? { buffers.first { $0.name == name } }

    /// The stage of that name.
    public func stage(_ name: String) -> Stage? { stages.first { $0.name == name } }

    /// The stage that writes a buffer.
    public func producer(of buffer: String) -> Stage? { stages.first { $0.outputs.contains(buffer) } }

    /// The stages that read a buffer, in order.
    public func consumers(of buffer: String) -> [Stage] {
        stages.filter { $0.reads(anyOf: [buffer]) }
    }

    /// Element types by buffer name.
    public var bufferTypes: [String: DType] {
        Dictionary(buffers.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }
}
