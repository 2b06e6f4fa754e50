import KernelIR
import Reference
import Testing

@testable import Evaluation

@Suite("Error quantiles") struct ErrorQuantilesTests {
    private func quantiles(_ count: Int, _ change: (Int, Float) -> Float) throws -> ErrorQuantiles {
        let values = Samples.normal(count, seed: 8)
        let expected = ExpectedOutput(
            name: "y", dtype: .float32, values: values.map { Double($0) },
            plain: .init(normwise: 0, elementwise: 0), reductionLength: 1)
        let found = values.enumerated().map { change($0, $1) }
        let largest = expected.compare(found).maxScaled
        return try #require(
            found.withUnsafeBytes { ErrorQuantiles($0, expected, max: largest) })
    }

    @Test("narrow arithmetic lifts the median, one wrong element the maximum alone", arguments: [1000, 100_000])
    func spread(count: Int) throws {
        let half = try quantiles(count) { Float(Float16($1)) }
        #expect(half.p50 > 1e-5 && half.p50 <= half.p90 && half.p90 <= half.p99 && half.p99 <= half.p999)
        #expect(half.p999 <= half.max && half.elements == min(count, 16384))
        let single = try quantiles(count) { $0 == 501 ? $1 + 1 : $1 }
        #expect(single.p90 == 0 && single.max > 0.1)
    }

    @Test("values that are no numbers are left out; of nothing there are no quantiles")
    func notFinite() throws {
        let some = try quantiles(100) { $0 < 40 ? .nan : $1 }
        #expect(some.elements == 60)
    }
}
