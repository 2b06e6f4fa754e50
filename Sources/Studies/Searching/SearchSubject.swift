import Evaluation
import KernelIR
import Operators
import Workloads

/// A workload whose extents were drawn, so that nobody tuned a macro on it.
public struct SearchSubject: Sendable {
    /// `FAMILY-NUMBER`.
    public let id: String
    public let workload: Workload
    public let program: TensorProgram

    /// The families that take turns.
    static let families: [@Sendable (inout Draw) -> Workload] = [
        product, convolution, softmax, layerNorm, reduction, pool, productChain,
    ]
    private static let names = [
        "product", "convolution", "softmax", "layer-norm", "reduction", "pool", "product-chain",
    ]

    /// The first `count` subjects of a seed; a greater count begins with those of a smaller one.
    public static func drawn(_ count: Int, seed: UInt64) throws(KernelwrightError) -> [SearchSubject] {
        var subjects: [SearchSubject] = []
        for number in 0..<count {
            let family = number % families.count
            var draw = Draw(generator: SplitMix64(seed: Seed(seed).derived(for: "subject \(number)").words[0]))
            let workload = families[family](&draw)
            subjects.append(
                SearchSubject(id: "\(names[family])-\(number)", workload: workload, program: try lower(workload)))
        }
        return subjects
    }

    /// Random extents.
    struct Draw {
        var generator: SplitMix64

        /// A whole number whose logarithm is uniform in the range.
        mutating func extent(_ range: ClosedRange<Int>) -> Int {
            // Octaves first, then a place within: no floating-point function decides.
            let octaves = (0..<24).filter { range.contains(1 << $0) }
            let base = 1 << (octaves.randomElement(using: &generator) ?? 0)
            return min(range.upperBound, base + Int.random(in: 0..<base, using: &generator))
        }

        mutating func choice<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: values.indices, using: &generator)]
        }
    }

    private static func product(_ draw: inout Draw) -> Workload {
        let (m, n, k) = (draw.extent(128...1024), draw.extent(128...1024), draw.extent(128...1024))
        let b = TensorSpec(name: "b", dtype: .float32, shape: [k, n])
        return make(
            [("a", [m, k])],
            [Node(name: "y", op: "aten.mm.default", arguments: [.value("a"), .value("b")], outputs: [type([m, n])])],
            parameters: [b])
    }

    private static func productChain(_ draw: inout Draw) -> Workload {
        let (m, n, k) = (draw.extent(128...512), draw.extent(128...1024), draw.extent(128...1024))
        let weights = [
            TensorSpec(name: "w", dtype: .float32, shape: [n, k]), TensorSpec(name: "b", dtype: .float32, shape: [n]),
        ]
        return make(
            [("x", [m, k])],
            [
                Node(
                    name: "linear", op: "aten.linear.default", arguments: [.value("x"), .value("w"), .value("b")],
                    outputs: [type([m, n])]),
                Node(name: "active", op: "aten.gelu.default", arguments: [.value("linear")], outputs: [type([m, n])]),
                Node(
                    name: "y", op: "aten.softmax.int", arguments: [.value("active"), .int(1)], outputs: [type([m, n])]),
            ], parameters: weights)
    }

    private static func convolution(_ draw: inout Draw) -> Workload {
        let (channels, filters) = (draw.extent(8...64), draw.extent(8...64))
        let (side, window) = (draw.extent(32...64), draw.choice([3, 5]))
        let result = [1, filters, side - window + 1, side - window + 1]
        let none = Argument.none
        return make(
            [("x", [1, channels, side, side])],
            [
                Node(
                    name: "y", op: "aten.conv2d.default",
                    arguments: [
                        .value("x"), .value("w"), none, .list([.int(1), .int(1)]), .list([.int(0), .int(0)]),
                    ],
                    outputs: [type(result)])
            ], parameters: [TensorSpec(name: "w", dtype: .float32, shape: [filters, channels, window, window])])
    }

    private static func softmax(_ draw: inout Draw) -> Workload {
        let shape = [draw.extent(32...1024), draw.extent(256...4096)]
        return make(
            [("x", shape)],
            [Node(name: "y", op: "aten.softmax.int", arguments: [.value("x"), .int(1)], outputs: [type(shape)])])
    }

    private static func layerNorm(_ draw: inout Draw) -> Workload {
        let (rows, width) = (draw.extent(32...1024), draw.extent(256...4096))
        return make(
            [("x", [rows, width])],
            [
                Node(
                    name: "y", op: "aten.layer_norm.default",
                    arguments: [.value("x"), .list([.int(width)]), .value("w"), .value("b"), .double(1e-5)],
                    outputs: [type([rows, width])])
            ], parameters: ["w", "b"].map { TensorSpec(name: $0, dtype: .float32, shape: [width]) })
    }

    private static func reduction(_ draw: inout Draw) -> Workload {
        let shape = [draw.extent(128...2048), draw.extent(128...2048)]
        let axis = draw.choice([0, 1])
        return make(
            [("x", shape)],
            [
                Node(
                    name: "y", op: "aten.sum.dim_IntList", arguments: [.value("x"), .list([.int(axis)])],
                    outputs: [type([shape[1 - axis]])])
            ])
    }

    private static func pool(_ draw: inout Draw) -> Workload {
        let (channels, side, window) = (draw.extent(8...64), draw.extent(64...128), draw.choice([2, 3, 4]))
        let places = (side - window) / window + 1
        return make(
            [("x", [1, channels, side, side])],
            [
                Node(
                    name: "y", op: "aten.max_pool2d.default",
                    arguments: [
                        .value("x"), .list([.int(window), .int(window)]), .list([.int(window), .int(window)]),
                    ],
                    outputs: [type([1, channels, places, places])])
            ])
    }

    private static func type(_ shape: [Int]) -> TensorType { TensorType(dtype: .float32, shape: shape) }

    private static func make(
        _ inputs: [(String, [Int])], _ nodes: [Node], parameters: [TensorSpec] = []
    ) -> Workload {
        Workload(
            name: "drawn", inputs: inputs.map { TensorSpec(name: $0.0, dtype: .float32, shape: $0.1) },
            parameters: parameters, nodes: nodes, outputs: ["y"])
    }
}
