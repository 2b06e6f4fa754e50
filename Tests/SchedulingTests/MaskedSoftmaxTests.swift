import Foundation
import KernelIR
import Scheduling
import Testing

/// Softmax over rows with masked (-inf) and undefined elements, swept once in blocks.
@Suite struct MaskedSoftmaxTests {
    private func fused(_ row: [Double]) throws -> [Double] {
        let program = SamplePrograms.softmax(1, row.count)
        let state = try ScheduleState(program, target: .genericAVX512).applying([
            .fuseReductions(FuseReductions(first: "max", second: "sum", block: 4))
        ])
        return try #require(try LoopProgramInterpreter.run(state.lowered(), inputs: ["x": row])["y"])
    }

    @Test func aMaskedBlockHasNoShare() throws {
        let masked = [Double](repeating: -.infinity, count: 4)
        for row in [masked + [1, 2, 3, 4], [1, 2, 3, 4] + masked, masked + [1, 2] + masked + [0, 5]] {
            let total = row.map { exp($0 - 5) }.reduce(0, +)
            for (found, x) in zip(try fused(row), row) { #expect(abs(found - exp(x - 5) / total) < 1e-12) }
        }
    }

    /// As rows are that a mask of the least number covers.
    @Test func aRowOfTheLeastNumberIsEven() throws {
        let least = -Double(Float.greatestFiniteMagnitude)
        #expect(try fused([Double](repeating: least, count: 8)) == [Double](repeating: 0.125, count: 8))
        #expect(try fused([Double](repeating: least, count: 7) + [0]) == [0, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test func oneNaNMakesTheRowNaN() throws {
        var row = (0..<12).map(Double.init)
        row[6] = .nan
        #expect(try fused(row).allSatisfy(\.isNaN))
    }

    @Test func aRowOfNothingIsNaN() throws {
        #expect(try fused([Double](repeating: -.infinity, count: 8)).allSatisfy(\.isNaN))
    }
}
