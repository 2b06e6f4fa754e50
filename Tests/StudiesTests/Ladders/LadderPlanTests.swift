import KernelIR
import Rendering
import Testing

@testable import Studies

/// Ladders as data: files and launches, without a compiler.
@Suite struct LadderPlanTests {
    @Test(arguments: ["sgemm", "reduction", "softmax"])
    func everyKernelHasItsFileAndLaunches(_ name: String) throws {
        let ladder = try #require(KernelLadders.named(name))
        #expect(Set(ladder.kernels.map(\.name)).count == ladder.kernels.count)
        for kernel in ladder.kernels {
            #expect(kernel.name.hasPrefix("\(name)-"))
            let solution = try ladder.solution(of: kernel, extent: ladder.usualExtent)
            #expect(solution.target.language == .cuda)
            for launch in solution.launches {
                #expect(solution.sources[0].content.contains("void \(launch.kernel)("))
                // As `PlanCheck` demands.
                #expect(launch.grid.count == launch.block.count && launch.block.reduce(1, *) <= 1024)
            }
        }
    }

    @Test func theLaddersAreAsLongAsPublished() {
        #expect(SgemmLadder().kernels.count == 11)
        #expect(ReductionLadder().kernels.count == 7)
        #expect(SgemmLadder().kernels.allSatisfy { $0.publishedPerSecond != nil })
        #expect(KernelLadders.named("strassen") == nil)
    }

    @Test func gridsFollowTheExtent() throws {
        let ladder = SgemmLadder()
        #expect(ladder.kernels[0].plan(4096).launches[0].grid == [128, 128])
        #expect(ladder.kernels[3].plan(4096).launches[0].grid == [64, 64])
        #expect(ladder.kernels[10].plan(4096).launches[0].grid == [16, 32])
        let error = #expect(throws: KernelwrightError.self) {
            try ladder.solution(of: ladder.kernels[0], extent: 128)
        }
        #expect(error?.code == .badInput && error?.hint == "a multiple of 256")
    }

    @Test func sumsAreSummedUntilOneIsLeft() throws {
        for kernel in ReductionLadder().kernels {
            let plan = kernel.plan(2048)
            var (count, source) = (1 << 22, Solution.Argument.input("x"))
            for launch in plan.launches {
                #expect(launch.arguments[0] == source && launch.arguments[2] == .scalar(.int32, Double(count)))
                (count, source) = (launch.grid[0], launch.arguments[1])
            }
            #expect(count == 1 && source == .output("sum"), "\(kernel.name)")
            #expect(plan.scratch.map(\.bytes) == plan.launches.dropLast().map { 4 * $0.grid[0] })
        }
        #expect(ReductionLadder().kernels[0].plan(2048).launches.map(\.grid) == [[16_384], [64], [1]])
        #expect(ReductionLadder().kernels[6].plan(2048).launches.map(\.grid) == [[1024], [2], [1]])
    }

    @Test func productsAndSumsAreExact() {
        let product = SgemmLadder().expected(extent: 256)
        let ladder = SgemmLadder()
        func element(_ row: Int, _ column: Int) -> Double {
            (0..<256).reduce(0.0) {
                $0 + Double(ladder.element(row * 256 + $1, of: "a", extent: 256))
                    * Double(ladder.element($1 * 256 + column, of: "b", extent: 256))
            }
        }
        for (row, column) in [(0, 0), (3, 200), (255, 255)] {
            #expect(Double(product[row * 256 + column]) == element(row, column))
        }
        // No row of an input is another's, so that exchanged rows show.
        #expect(Set(product).count > 100)
        #expect(ReductionLadder().expected(extent: 256)[0] > 1000)
    }
}
