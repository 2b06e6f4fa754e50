import KernelIR
import Operators
import Testing
import Workloads

@Suite("Reductions, softmax and norms") struct ReductionTests {
    private static func reduced(_ shape: [Int], _ dimensions: [Int], keep: Bool) -> [Int] {
        shape.enumerated().compactMap { dimensions.contains($0.offset) ? (keep ? 1 : nil) : $0.element }
    }

    @Test(arguments: ["sum.dim_IntList", "mean.dim"], 0..<20)
    func sumsOverSomeDimensions(name: String, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let shape = random.shape(1...4)
        let x = graph.input("x", shape, &random)
        let dimensions = shape.indices.filter { _ in Bool.random(using: &random) }
        let all = dimensions.isEmpty ? Array(shape.indices) : dimensions
        let keep = Bool.random(using: &random)
        let listed = Argument.list(dimensions.map { .int(Bool.random(using: &random) ? $0 : $0 - shape.count) })
        graph.add("y", "aten.\(name)", [x, listed, .bool(keep)], Self.reduced(shape, all, keep: keep))
        try graph.expectReferenceValues("\(name) \(shape) \(dimensions), seed \(seed)")
    }

    @Test(arguments: [Argument.int(1), .int(2), .double(.infinity)], 0..<8)
    func vectorNorms(order: Argument, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let shape = random.shape(1...4)
        let x = graph.input("x", shape, &random)
        let isAll = seed % 2 == 0
        let dimensions = isAll ? Array(shape.indices) : [shape.count - 1]
        let listed = isAll ? Argument.none : .list(dimensions.map { .int($0) })
        graph.add(
            "y", "aten.linalg_vector_norm.default", [x, order, listed, .bool(!isAll)],
            Self.reduced(shape, dimensions, keep: !isAll))
        try graph.expectReferenceValues("\(order) \(shape), seed \(seed)")
    }

    @Test(arguments: ["argmax", "argmin"], 0..<10)
    func places(name: String, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let shape = random.shape(1...3)
        let x = graph.input("x", shape, &random)
        // Few different values, so that there are ties.
        graph.values["x"] = graph.values["x"]?.map { $0.rounded() }
        let isAll = seed % 3 == 0
        let dimension = Int.random(in: 0..<shape.count, using: &random)
        let keep = !isAll && Bool.random(using: &random)
        graph.add(
            "y", "aten.\(name).default", isAll ? [x] : [x, .int(dimension), .bool(keep)],
            Self.reduced(shape, isAll ? Array(shape.indices) : [dimension], keep: keep), .int64)
        try graph.expectReferenceValues("\(name) \(shape), seed \(seed)")
    }

    /// Nothing is better than the least value: the first place has it.
    @Test(arguments: [("argmax", -Double.infinity), ("argmin", .infinity), ("argmax", .nan), ("argmin", .nan)])
    func placesOfNothingBetter(name: String, value: Double) throws {
        var graph = Graph()
        graph.inputs.append(TensorSpec(name: "x", dtype: .float32, shape: [3, 5]))
        graph.values["x"] = (0..<15).map { $0 < 10 ? value : Double($0 % 3) }
        graph.add("y", "aten.\(name).default", [.value("x"), .int(1), .bool(false)], [3], .int64)
        try graph.expectReferenceValues("\(name) of \(value)")
    }

    @Test(arguments: ["max", "min"], [[0], [1], [0, 1]])
    func extremaGiveWhatIsUsed(name: String, items: [Int]) throws {
        var (random, graph) = (SeededRandom(seed: 8), Graph())
        let x = graph.input("x", [3, 7, 5], &random)
        let types = [TensorType(dtype: .float32, shape: [3, 5]), TensorType(dtype: .int64, shape: [3, 5])]
        graph.nodes.append(Node(name: "pair", op: "aten.\(name).dim", arguments: [x, .int(1)], outputs: types))
        for item in items {
            graph.add("item\(item)", "getitem", [.value("pair"), .int(item)], [3, 5], types[item].dtype)
        }
        let outputs = items.map { "item\($0)" }
        try graph.expectReferenceValues(outputs: outputs, "\(name) \(items)")
        let program = try lower(graph.workload(outputs: outputs))
        #expect(program.stages[0].monoid?.states.count == (items == [0] ? 1 : 2))
    }

    /// No integer is infinite: extrema start from the limits of the type, and so do windows that reach outside.
    @Test(arguments: [DType.int32, .int64, .uint8])
    func extremaOfIntegersStartFromTheLimitsOfTheType(type: DType) throws {
        var graph = Graph()
        graph.inputs.append(TensorSpec(name: "x", dtype: type, shape: [1, 2, 4, 4]))
        graph.values["x"] = (0..<32).map { Double($0 * 7 % 11) }
        let x = Argument.value("x")
        graph.add("most", "aten.amax.default", [x, .list([.int(3)])], [1, 2, 4], type)
        graph.add("least", "aten.amin.default", [x, .list([.int(3)])], [1, 2, 4], type)
        graph.add("place", "aten.argmax.default", [x, .int(3)], [1, 2, 4], .int64)
        let pair = [TensorType(dtype: type, shape: [1, 2, 4]), TensorType(dtype: .int64, shape: [1, 2, 4])]
        graph.nodes.append(Node(name: "pair", op: "aten.min.dim", arguments: [x, .int(3)], outputs: pair))
        graph.add("where", "getitem", [.value("pair"), .int(1)], [1, 2, 4], .int64)
        let (two, one) = (Argument.list([.int(2), .int(2)]), Argument.list([.int(1), .int(1)]))
        graph.add("pool", "aten.max_pool2d.default", [x, two, two, one], [1, 2, 3, 3], type)
        let outputs = ["most", "least", "place", "where", "pool"]
        try graph.expectReferenceValues(outputs: outputs, "\(type)")
        for stage in try lower(graph.workload(outputs: outputs)).stages {
            #expect(stage.monoid?.identity.allSatisfy(\.isFinite) == true, "\(stage.name)")
            let fills = stage.loads.map(\.fill)
            #expect(fills.allSatisfy { $0.isFinite }, "\(stage.name)")
        }
    }

    /// Rows of −∞ alone, with ∞, and with NaN beside them: what is subtracted must not make a NaN, nor hide one.
    @Test func logSumExpOfInfinities() throws {
        let (low, high) = (-Double.infinity, Double.infinity)
        let rows: [[Double]] = [
            [low, low, low], [low, 2, 1], [high, 2, low], [high, high, 0], [.nan, low, low], [.nan, high, 1],
            [.nan, .nan, .nan], [700, 701, -700],
        ]
        var graph = Graph()
        graph.inputs.append(TensorSpec(name: "x", dtype: .float32, shape: [rows.count, 3]))
        graph.values["x"] = rows.flatMap { $0 }
        graph.add("y", "aten.logsumexp.default", [.value("x"), .list([.int(1)])], [rows.count])
        try graph.expectReferenceValues("infinities")
    }

    @Test(arguments: 0...2, [-100, 1])
    func itemsOfTheIgnoredClassDoNotCount(reduction: Int, ignored: Int) throws {
        var (random, graph) = (SeededRandom(seed: 3), Graph())
        let x = graph.input("x", [5, 4, 2], &random)
        graph.inputs.append(TensorSpec(name: "classes", dtype: .int64, shape: [5, 2]))
        graph.values["classes"] = [0, 3, ignored, 2, 1, 1, ignored, ignored, 0, 3].map(Double.init)
        graph.add(
            "y", "aten.cross_entropy_loss.default",
            [x, .value("classes"), .none, .int(reduction), .int(ignored), .double(0)], reduction == 0 ? [5, 2] : [])
        try graph.expectReferenceValues("reduction \(reduction), ignored \(ignored)")
    }

    @Test(arguments: ["softmax.int", "log_softmax.int"], 0..<10)
    func softmax(name: String, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let shape = random.shape(1...4)
        let x = graph.input("x", shape, &random)
        // Without subtracting the maximum these would overflow.
        graph.values["x"] = graph.values["x"]?.map { $0 * 700 }
        let dimension = Int.random(in: -shape.count..<shape.count, using: &random)
        graph.add("y", "aten.\(name)", [x, .int(dimension)], shape)
        try graph.expectReferenceValues("\(name) \(shape) \(dimension), seed \(seed)")
    }

    @Test(arguments: 0..<8)
    func layerNorm(seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let shape = random.shape(2...4)
        let normalized = Array(shape.suffix(Int.random(in: 1...shape.count, using: &random)))
        let x = graph.input("x", shape, &random)
        let hasAffine = Bool.random(using: &random)
        let weight = hasAffine ? graph.input("w", normalized, &random) : .none
        let bias = hasAffine ? graph.input("b", normalized, &random) : .none
        graph.add(
            "y", "aten.layer_norm.default", [x, .list(normalized.map { .int($0) }), weight, bias, .double(1e-3)], shape)
        try graph.expectReferenceValues("\(shape) \(normalized), seed \(seed)")
    }

    @Test(arguments: 0..<8)
    func groupNorm(seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let (groups, width) = (random.extent(), random.extent())
        let shape = [random.extent(), groups * width] + random.shape(0...2)
        let x = graph.input("x", shape, &random)
        let weight = graph.input("w", [groups * width], &random)
        let bias = Bool.random(using: &random) ? graph.input("b", [groups * width], &random) : .none
        graph.add("y", "aten.group_norm.default", [x, .int(groups), weight, bias, .double(1e-3)], shape)
        try graph.expectReferenceValues("\(groups) of \(shape), seed \(seed)")
    }

    @Test(arguments: ["instance_norm", "batch_norm"], 0..<8)
    func channelNorms(name: String, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let channels = random.extent()
        let isBatch = name == "batch_norm"
        let shape = [random.extent(), channels] + random.shape((isBatch ? 0 : 1)...2)
        let x = graph.input("x", shape, &random)
        let hasAffine = Bool.random(using: &random)
        let weight = hasAffine ? graph.input("w", [channels], &random) : .none
        let bias = hasAffine ? graph.input("b", [channels], &random) : .none
        graph.add(
            "y", "aten.\(name).default",
            [x, weight, bias, .none, .none, .bool(true), .double(0.1), .double(1e-3), .bool(false)], shape)
        try graph.expectReferenceValues("\(name) \(shape), seed \(seed)")
    }

    @Test func rowsAndColumnsHaveCanonicalForms() throws {
        func stage(_ dimensions: [Int], _ result: [Int]) throws -> Stage {
            var (random, graph) = (SeededRandom(seed: 1), Graph())
            let x = graph.input("x", [2, 3, 4, 5], &random)
            graph.add("y", "aten.sum.dim_IntList", [x, .list(dimensions.map { .int($0) })], result)
            return try lower(graph.workload()).stages[0]
        }
        let rows = try stage([2, 3], [2, 3])
        #expect(rows.axes == [Axis("row", 6)] && rows.reduceAxes == [Axis("r", 20)])
        let middle = try stage([1, 2], [2, 5])
        #expect(middle.axes == [Axis("row", 2), Axis("i", 5)] && middle.reduceAxes == [Axis("r", 12)])
        let columns = try stage([0, 1], [4, 5])
        #expect(columns.axes == [Axis("i", 20)] && columns.reduceAxes == [Axis("r", 6)])
    }
}
