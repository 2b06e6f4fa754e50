import Devices
import KernelIR
import Testing

@testable import Studies

/// What the study says of a ladder: counters and a prediction for each kernel, and two orders that are compared.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct LadderStudyTests {
    private func study() throws -> LadderStudy {
        let device = try #require(try SimulatedDevice.named("sim:a6000", toolchain: Toolchain.installation))
        return try LadderStudy(on: device, toolchain: Toolchain.installation)
    }

    @Test func everyRowHasCountersAndAPrediction() throws {
        let ladder = ReductionLadder()
        var begun: [String] = []
        let outcome = try study().run(ladder, extent: 512) { begun.append($0.name) }
        #expect(begun == ladder.kernels.map(\.name))
        #expect(outcome.rows.map(\.kernel) == begun)
        #expect(outcome.extent == 512 && outcome.device == "sim:a6000")
        for (row, kernel) in zip(outcome.rows, ladder.kernels) {
            #expect(row.problem == nil, "\(row.kernel)")
            let prediction = try #require(row.prediction)
            #expect(prediction.launches.count == kernel.plan(512).launches.count)
            let rate = try #require(row.predictedPerSecond)
            #expect(rate == 4.0 * 512 * 512 / prediction.predictedSeconds)
            #expect(row.counters?.globalRequests ?? 0 > 0)
            #expect(row.publishedPerSecond == kernel.publishedPerSecond)
        }
        let correlation = try #require(outcome.rankCorrelation)
        #expect((-1.0...1.0).contains(correlation))
    }

    @Test func aBlockARowIsPredictedFasterThanAThreadARow() throws {
        let outcome = try study().run(SoftmaxLadder(), extent: 512)
        let seconds = try outcome.rows.map { try #require($0.prediction).predictedSeconds }
        #expect(seconds[1] < seconds[0])
        #expect(outcome.publication == nil && outcome.rankCorrelation == nil)
    }

    @Test func extentsThatTilesDoNotDivideAreRefused() throws {
        let study = try study()
        let error = #expect(throws: KernelwrightError.self) { try study.run(SgemmLadder(), extent: 1000) }
        #expect(error?.code == .badInput)
    }
}
