import KernelIR
import Operators
import Testing
import Workloads

@Suite("Contractions") struct ContractionTests {
    @Test(arguments: 0..<60)
    func matmulOfAllRanks(seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let batch = random.shape(0...2)
        let (m, n, k) = (random.extent(), random.extent(), random.extent())
        func part(_ random: inout SeededRandom) -> [Int] {
            let thinned = batch.map { Int.random(in: 0..<3, using: &random) == 0 ? 1 : $0 }
            return Array(thinned.dropFirst(Int.random(in: 0...batch.count, using: &random)))
        }
        let isRow = Int.random(in: 0..<5, using: &random) == 0
        let isColumn = Int.random(in: 0..<5, using: &random) == 0
        let (left, right) = (isRow ? [] : part(&random), isColumn ? [] : part(&random))
        let a = graph.input("a", isRow ? [k] : left + [m, k], &random)
        let b = graph.input("b", isColumn ? [k] : right + [k, n], &random)
        let shape = try #require(Shape.broadcast([left, right])) + (isRow ? [] : [m]) + (isColumn ? [] : [n])
        graph.add("y", "aten.matmul.default", [a, b], shape)
        try graph.expectReferenceValues("seed \(seed)")
    }

    @Test(arguments: 0..<8)
    func linearWithAndWithoutBias(seed: UInt64) throws {
        for hasBias in [false, true] {
            var (random, graph) = (SeededRandom(seed: seed), Graph())
            let (batch, inner, outer) = (random.shape(0...3), random.extent(), random.extent())
            let x = graph.input("x", batch + [inner], &random)
            let weight = graph.input("w", [outer, inner], &random)
            let bias = hasBias ? graph.input("b", [outer], &random) : Argument.none
            graph.add("y", "aten.linear.default", [x, weight, bias], batch + [outer])
            try graph.expectReferenceValues("bias \(hasBias), seed \(seed)")
        }
    }

    @Test func mmAndBmm() throws {
        for (op, batch) in [("mm", []), ("bmm", [5])] {
            var (random, graph) = (SeededRandom(seed: 1), Graph())
            let a = graph.input("a", batch + [3, 7], &random)
            let b = graph.input("b", batch + [7, 2], &random)
            graph.add("y", "aten.\(op).default", [a, b], batch + [3, 2])
            try graph.expectReferenceValues(op)
        }
    }

    @Test(
        arguments: ["bijl,lk->bijk", "ij,jk->ik", "ij,kj->ki", "bij,bjk->bki", "i,j->ij", "ij,ij->", "ijk,kl->ljk"],
        0..<3)
    func einsum(equation: String, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        var extents: [Character: Int] = [:]
        for letter in equation.filter(\.isLetter) { extents[letter] = extents[letter] ?? random.extent() }
        let sides = equation.split(separator: ">", omittingEmptySubsequences: false)
        let labels = sides[0].dropLast().split(separator: ",")
        func shape(_ label: Substring) -> [Int] { label.map { extents[$0] ?? 0 } }
        let a = graph.input("a", shape(labels[0]), &random)
        let b = graph.input("b", shape(labels[1]), &random)
        graph.add("y", "aten.einsum.default", [.string(equation), .list([a, b])], shape(sides[1]))
        try graph.expectReferenceValues("\(equation), seed \(seed)")
    }

    @Test func leadingDimensionsBecomeOneAxis() throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let x = graph.input("x", [2, 3, 4, 5], &random)
        let w = graph.input("w", [5, 6], &random)
        graph.add("y", "aten.matmul.default", [x, w], [2, 3, 4, 6])
        let stage = try #require(try lower(graph.workload()).stages.first)
        #expect(stage.axes == [Axis("m", 24), Axis("n", 6)] && stage.reduceAxes == [Axis("k", 5)])
    }

    @Test func transposedOperandsCostNoStage() throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let a = graph.input("a", [5, 3], &random)
        let t = graph.add("t", "aten.t.default", [a], [3, 5])
        let b = graph.input("b", [5, 4], &random)
        graph.add("y", "aten.mm.default", [t, b], [3, 4])
        let program = try lower(graph.workload())
        #expect(program.stages.map(\.name) == ["y"])
        #expect(program.stages[0].loads.map(\.indices) == [[.axis("k"), .axis("m")], [.axis("k"), .axis("n")]])
        try graph.expectReferenceValues("mm of a transpose")
    }

    @Test(arguments: ["ij,jk,kl->il", "bi,bij,bj->b", "abc,abd,ac,ad->abc", "i,j,k->ijk"])
    func productsOfManyOperands(equation: String) throws {
        var (random, graph) = (SeededRandom(seed: 3), Graph())
        let extents = Dictionary(uniqueKeysWithValues: "abcdijkl".enumerated().map { ($0.element, $0.offset % 4 + 2) })
        let sides = equation.split(separator: ">")
        let labels = sides[0].dropLast().split(separator: ",")
        let operands = labels.enumerated().map { number, label in
            graph.input("x\(number)", label.map { extents[$0] ?? 1 }, &random)
        }
        graph.add(
            "y", "aten.einsum.default", [.string(equation), .list(operands)], sides[1].map { extents[$0] ?? 1 })
        try graph.expectReferenceValues(equation)
    }
}
