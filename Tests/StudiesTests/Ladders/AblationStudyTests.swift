import Devices
import KernelIR
import Scheduling
import Testing

@testable import Studies

/// What taking a feature away does to the schedule, and which counter is said to have moved.
@Suite struct AblationTests {
    private func schedule(_ variant: AblationVariant) throws -> Schedule {
        try variant.schedule(AblationProduct(extent: 512).program, stage: AblationProduct.stage, target: .sm86)
    }

    @Test func oneFeatureIsMissing() throws {
        for variant in AblationVariant.allCases {
            let actions = try schedule(variant)
            let hasMatrix = actions.contains { if case .matrix = $0 { true } else { false } }
            let hasTurns = actions.contains { if case .pipeline = $0 { true } else { false } }
            let orders = actions.compactMap { action -> Rasterization? in
                if case .rasterize(let walk) = action { walk.order } else { nil }
            }
            let layouts = actions.compactMap { action -> StagedLayout? in
                if case .stage(let copy) = action { copy.layout } else { nil }
            }
            #expect(hasMatrix == (variant != .noTensorCores), "\(variant)")
            #expect(hasTurns == ![.noTurns, .noStaging].contains(variant), "\(variant)")
            #expect(orders == (variant == .noOrder ? [] : [.hilbert]), "\(variant)")
            #expect(layouts.isEmpty == (variant == .noStaging), "\(variant)")
            #expect(layouts.contains(.swizzled) == ![.noSwizzle, .noStaging].contains(variant), "\(variant)")
        }
    }

    private func launch(
        _ seconds: Double, _ counters: [String: Double], evidence: [String: Double]
    ) -> LaunchPrediction {
        func list(_ values: [String: Double]) -> [LaunchPrediction.Counter] {
            values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value, unit: "") }
        }
        return LaunchPrediction(
            kernel: "product", predictedSeconds: seconds, limit: "issue", evidence: list(evidence),
            counters: list(counters), occupancy: 0.5, limiter: "registers", registers: 64, spillBytes: 0, waves: 1,
            coverage: 1, source: "sass", regions: [])
    }

    @Test func theCounterThatMovedMost() throws {
        let whole = launch(1, ["instructions": 100, "l2HitRate": 0.8, "laneFill": 1], evidence: ["issueShare": 4])
        func moved(_ counters: [String: Double], _ evidence: [String: Double] = [:]) -> CounterMove? {
            CounterMove.greatest(from: whole, to: launch(2, counters, evidence: evidence))
        }
        let fewer = try #require(moved(["instructions": 90, "l2HitRate": 0.4]))
        #expect(fewer == CounterMove(name: "l2HitRate", before: 0.8, after: 0.4, unit: ""))
        // What neither is listed nor bounds a launch is not compared; what bounds one is.
        #expect(moved(["instructions": 100, "l2HitRate": 0.8, "laneFill": 9]) == nil)
        #expect(moved(["instructions": 90, "issueShare": 1])?.name == "issueShare")
        // Of equal moves the one that is listed first.
        #expect(moved(["instructions": 0, "l2HitRate": 0])?.name == "l2HitRate")
    }

    @Test func ratiosAreOfPredictions() {
        var (first, second) = (AblationOutcome.Row(.everything), AblationOutcome.Row(.noTurns))
        first.prediction = launch(2, ["instructions": 10], evidence: [:])
        second.prediction = launch(3, ["instructions": 12], evidence: [:])
        let rows = [first, second, AblationOutcome.Row(.noOrder)]
        let outcome = AblationOutcome(device: "sim:a6000", extent: 512, checkedExtent: 192, rows: rows)
        #expect(outcome.rows.map(\.predictedRatio) == [nil, 1.5, nil])
        #expect(outcome.rows.map { $0.moved?.name } == [nil, "instructions", nil])
    }

    @Test func sumsOfTheInputsAreExact() {
        let product = AblationProduct(extent: 24)
        let expected = product.expected()
        #expect(expected.allSatisfy { $0 == $0.rounded() } && Set(expected).count > 24)
        #expect(product.bits(of: "a") != product.bits(of: "w"))
    }
}

/// Every variant from the macro to the emulator and the model.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct AblationStudyTests {
    @Test func everyVariantIsRightAndPredicted() throws {
        let device = try #require(try SimulatedDevice.named("sim:a6000", toolchain: Toolchain.installation))
        var begun: [AblationVariant] = []
        // Few blocks: tests run without optimization.
        let study = AblationStudy(on: device, threadInstructions: 1 << 25)
        let outcome = study.run(extent: 512) { begun.append($0) }
        #expect(begun == AblationVariant.allCases && outcome.rows.map(\.variant) == begun)
        for row in outcome.rows {
            #expect(row.problem == nil, "\(row.variant)")
            let launch = try #require(row.prediction)
            let counters = try #require(launch.counters)
            #expect(Set(counters.map(\.name)).count == counters.count)
            #expect(launch.evidence.allSatisfy { counters.contains($0) })
            #expect((row.predictedRatio == nil) == (row.variant == .everything))
        }
        func counter(_ name: String, _ variant: AblationVariant) throws -> Double {
            let row = try #require(outcome.rows.first { $0.variant == variant })
            return try #require(row.prediction?.counters?.first { $0.name == name }).value
        }
        #expect(try counter("tensorInstructions", .everything) > 0)
        #expect(try counter("tensorInstructions", .noTensorCores) == 0)
        let conflicts = "sharedConflictWavefronts"
        #expect(try counter(conflicts, .noSwizzle) > counter(conflicts, .everything))
        #expect(try counter("sharedWavefronts", .noStaging) == 0)
    }
}
