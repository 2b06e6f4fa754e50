import SIMT
import Testing

@testable import Devices

/// Which blocks of a launch are checked.
@Suite struct SampledCheckTests {
    private func launch(_ grid: SIMTExtent, threads: Int = 256) -> SIMTLaunch {
        SIMTLaunch(kernel: "k", grid: grid, block: SIMTExtent(threads))
    }

    @Test func smallLaunchesAreRunAsAWhole() {
        let runs = SampledCheck().runs(launch(SIMTExtent(256)), samples: true)
        #expect(runs.first == nil)
        #expect(runs.rest(1 << 40) == nil)
    }

    @Test func launchesThatOthersReadAreRunAsAWhole() {
        #expect(SampledCheck().runs(launch(SIMTExtent(1 << 20)), samples: false).first == nil)
    }

    @Test func theBudgetDecidesHowManyBlocksRun() throws {
        var check = SampledCheck()
        check.threadInstructions = 1000
        let runs = check.runs(launch(SIMTExtent(64, 64)), samples: true)
        #expect(runs.first == [0])
        let some = try #require(runs.rest(20))
        #expect(!some.blocks.contains(0) && Set(some.blocks).count == some.blocks.count)
        #expect(some.blocks.count + 1 <= 50)
        #expect(some.coverage == Double(some.blocks.count + 1) / 4096)
        // However dear a block is, the last one and one between are run, too.
        let dear = try #require(runs.rest(1 << 20))
        #expect(dear.blocks.count == 2)
    }

    @Test func aGridThatIsAffordableIsRunToItsEnd() throws {
        var check = SampledCheck()
        check.threadInstructions = 4096 * 10
        let rest = try #require(check.runs(launch(SIMTExtent(64, 64)), samples: true).rest(10))
        #expect(rest.blocks == Array(1..<4096))
        #expect(rest.coverage == 1)
    }
}
