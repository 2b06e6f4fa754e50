import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Input domains") struct InputDomainTests {
    private func workload(_ op: String, _ arguments: [Argument], _ inputs: [TensorSpec]) -> Workload {
        let node = Node(
            name: "y", op: op, arguments: arguments, outputs: [TensorType(dtype: .float32, shape: [])])
        return Workload(name: "w", inputs: inputs, nodes: [node], outputs: ["y"])
    }

    private func spec(_ name: String, _ dtype: DType, _ shape: [Int]) -> TensorSpec {
        TensorSpec(name: name, dtype: dtype, shape: shape)
    }

    private func draw(_ spec: TensorSpec, in workload: Workload, _ distribution: InputDistribution) -> [Float] {
        var values = [Float](repeating: .nan, count: spec.elementCount)
        values.withUnsafeMutableBytes { workload.fill(spec, inputs: distribution, seed: Seed(3), into: $0) }
        return values
    }

    @Test("Class numbers lie below the number of classes and reach the last one")
    func classes() {
        let (x, t) = (spec("x", .float32, [500, 13]), spec("t", .int64, [500]))
        let loss = workload("aten.cross_entropy_loss.default", [.value("x"), .value("t")], [x, t])
        #expect(loss.domain(of: t) == .indices(below: 13))
        #expect(loss.domain(of: x) == nil)
        var targets = [Int64](repeating: -1, count: 500)
        targets.withUnsafeMutableBytes { loss.fill(t, inputs: .normal, seed: Seed(1), into: $0) }
        #expect(Set(targets) == Set(0..<13))
    }

    @Test("Indices follow the axis they select from, through views")
    func gather() {
        let (x, i) = (spec("x", .float32, [4, 7]), spec("i", .int64, [28]))
        var gather = workload("aten.gather.default", [.value("x"), .int(-1), .value("v")], [x, i])
        gather.nodes.insert(
            Node(
                name: "v", op: "aten.view.default", arguments: [.value("i"), .list([.int(4), .int(7)])],
                outputs: [TensorType(dtype: .int64, shape: [4, 7])]), at: 0)
        #expect(gather.domain(of: i) == .indices(below: 7))
    }

    @Test("A divergence is of probabilities, under every distribution", arguments: InputDistribution.allCases)
    func divergence(distribution: InputDistribution) throws {
        let loss = try Suite.kernelBench.workload(level: 1, number: 98, size: .tiny)
        for input in loss.inputs {
            #expect(loss.domain(of: input) == .probabilities)
            let values = draw(input, in: loss, distribution)
            #expect(values.allSatisfy { $0 > 0 })
            let row = values.prefix(input.shape[1]).reduce(0.0) { $0 + Double($1) }
            #expect(abs(row - 1) < 1e-4)
        }
    }

    @Test(
        "A logarithm is taken of positive numbers, a square root too",
        arguments: ["aten.log.default", "aten.sqrt.default"])
    func positive(op: String) {
        let x = spec("x", .float32, [999])
        let values = draw(x, in: workload(op, [.value("x")], [x]), .zeroRich)
        #expect(values.allSatisfy { $0 > 0 } && values.contains { $0 > 1 })
    }

    @Test("Declared domains come first, are read back, and are no part of the identity")
    func declared() throws {
        let hinge = try Suite.kernelBench.workload(level: 1, number: 100, size: .tiny)
        let targets = try #require(hinge.inputs.last)
        #expect(hinge.domain(of: targets) == .signs)
        let values = draw(targets, in: hinge, .uniform)
        #expect(Set(values) == [-1, 1])
        let read = try JSONDecoder().decode(Workload.self, from: JSONEncoder().encode(hinge))
        #expect(read.domains == hinge.domains)
        var plain = hinge
        plain.domains = [:]
        #expect(plain.contentHash == hinge.contentHash && plain.domain(of: targets) == nil)
        let forms: [InputDomain] = [.indices(below: 5), .probabilities, .positive, .signs]
        #expect(try JSONDecoder().decode([InputDomain].self, from: JSONEncoder().encode(forms)) == forms)
    }
}
