import KernelIR
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Reference inputs") struct ReferenceInputsTests {
    private func softmax() throws -> Workload {
        try Suite.kernelBench.workload(level: 1, number: 23, size: .tiny)
    }

    @Test("the same seed and role draw the same set, other roles others")
    func seeds() async throws {
        let inputs = ReferenceInputs(try softmax(), seed: Seed(5))
        let sets = [
            try await inputs.draw(.timed), try await inputs.draw(.timed), try await inputs.draw(.heldOut),
            try await inputs.draw(.checking),
        ]
        #expect(sets[0].expected[0].values == sets[1].expected[0].values)
        #expect(sets[0].expected[0].values != sets[2].expected[0].values)
        #expect(sets[0].expected[0].values != sets[3].expected[0].values)
        #expect(sets.map(\.name) == ["uniform", "uniform", "uniform, held out", "normal"])
    }

    @Test("honest float arithmetic is accepted and a constant is not")
    func softmaxAccepted() async throws {
        let workload = try softmax()
        let set = try await ReferenceInputs(workload, seed: Seed(6)).draw(.timed)
        let expected = set.expected[0]
        #expect(expected.compare(expected.values.map { Float($0) }).isAcceptable)
        let mean = Float(expected.values.reduce(0, +) / Double(expected.values.count))
        #expect(!expected.compare([Float](repeating: mean, count: expected.values.count)).isAcceptable)
        #expect(expected.tolerance.map { $0.normwise < 1e-4 } == true)
        #expect(set.buffers.specs.map(\.role) == [.input, .output])
    }
}
