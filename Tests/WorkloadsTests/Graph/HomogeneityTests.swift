import Testing

@testable import Workloads

@Suite("Homogeneity") struct HomogeneityTests {
    @Test(
        "outputs grow with inputs as the graph tells",
        arguments: [
            ("kernelbench/1/1", 2), ("kernelbench/1/5", 1), ("kernelbench/1/19", 1), ("kernelbench/1/37", 0),
            ("kernelbench/1/47", 1), ("kernelbench/1/42", 1), ("kernelbench/1/23", nil), ("kernelbench/1/21", nil),
            ("kernelbench/1/51", nil), ("kernelbench/1/40", nil), ("kernelbench/2/39", nil),
        ] as [(String, Int?)])
    func degrees(id: String, degree: Int?) throws {
        #expect(try Suite.workload(id: id, size: .tiny).homogeneity == degree)
    }
}
