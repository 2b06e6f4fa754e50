import SIMT
import Testing

@testable import Devices

/// Which blocks of a launch are checked.
@Suite struct SampledCheckTests {
    private func launch(_ grid: SIMTExtent, threads: Int = 256) -> SIMTLaunch {
        SIMTLaunch(kernel: "k", grid: grid, block: SIMTExtent(threads))
    }

    /// Predicts from so many blocks.
    private func options(blocks: Int) -> ProfilerOptions {
        var options = ProfilerOptions()
        options.blocks = blocks
        return options
    }

    @Test func smallLaunchesAreRunAsAWhole() {
        #expect(SampledCheck().runs(launch(SIMTExtent(256))) == nil)
        #expect(SampledCheck().runs(launch(SIMTExtent(257))) != nil)
    }

    @Test func theBudgetDecidesHowManyBlocksRun() throws {
        var check = SampledCheck()
        check.threadInstructions = 1000
        let runs = try #require(check.runs(launch(SIMTExtent(64, 64))))
        let some = try #require(runs.sample(after: 20, predicting: options(blocks: 3)))
        #expect(some.blocks.contains(0) && some.blocks == Set(some.blocks).sorted())
        #expect(some.blocks.count > 40 && some.blocks.count <= 53)
        #expect(some.coverage == Double(some.blocks.count) / 4096)
        // However dear a block is, the first, the last and one between are run.
        let dear = try #require(runs.sample(after: 1 << 20, predicting: options(blocks: 3)))
        #expect(dear.blocks.count == 3 && dear.blocks.first == 0 && dear.blocks.last == 4095)
    }

    @Test func theBlocksThatTimesArePredictedFromAreAmongThem() throws {
        var check = SampledCheck()
        check.threadInstructions = 4000
        let runs = try #require(check.runs(launch(SIMTExtent(64, 64))))
        let sample = try #require(runs.sample(after: 20, predicting: options(blocks: 64)))
        let basis = options(blocks: 64).sample(of: SIMTExtent(64, 64), first: 20)
        #expect(sample.basis == basis && basis.blockCount > 40)
        #expect(Set(basis.groups.flatMap(\.blocks)).isSubset(of: sample.blocks))
        #expect(sample.blocks.count > basis.blockCount)
    }

    @Test func aGridThatIsAffordableIsRunAsAWhole() throws {
        var check = SampledCheck()
        check.threadInstructions = 4096 * 10
        let runs = try #require(check.runs(launch(SIMTExtent(64, 64))))
        #expect(runs.sample(after: 10, predicting: options(blocks: 64)) == nil)
        #expect(runs.sample(after: 11, predicting: options(blocks: 64)) != nil)
    }

    @Test func aGridOfWhichAPartDoesNotTellMayTakeLonger() throws {
        var check = SampledCheck()
        check.threadInstructions = 1000
        check.wholeFactor = 4
        let runs = try #require(check.runs(launch(SIMTExtent(1000))))
        #expect(runs.mayRunAll(ifOf: 10, take: 40))
        #expect(!runs.mayRunAll(ifOf: 10, take: 41))
    }
}
