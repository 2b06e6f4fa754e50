import CUDAToolchain
import Devices
import KernelIR
import Testing

@testable import Studies

/// The kernels of the ladders in the emulator: right and clean, and with the counters that each step is known for.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct LadderKernelTests {
    static let extent = 256

    private func device() throws -> SimulatedDevice {
        try #require(try SimulatedDevice.named("sim:a6000", toolchain: Toolchain.installation))
    }

    /// The counters of a step, counted from 1.
    private func counters(
        _ ladder: any KernelLadder, _ step: Int, extent: Int = LadderKernelTests.extent
    ) throws -> LadderCounters {
        let solution = try ladder.solution(of: ladder.kernels[step - 1], extent: extent)
        let buffers = LadderBuffers(of: solution, in: ladder, extent: extent, isFilled: false)
        return try LadderCounter(compiler: try NVRTC(Toolchain.installation), architecture: .compute(86))
            .count(solution, on: buffers)
    }

    @Test(arguments: ["sgemm", "reduction", "softmax"])
    func everyKernelIsRightAndClean(_ name: String) throws {
        let ladder = try #require(KernelLadders.named(name))
        let check = try LadderCheck(ladder, on: try device(), extent: Self.extent)
        for kernel in ladder.kernels {
            let problem = try check.firstProblem(of: kernel)
            #expect(problem == nil, "\(kernel.name)")
        }
    }

    @Test func aWrongSumIsNamed() throws {
        let ladder = Mistaken()
        let check = try LadderCheck(ladder, on: try device(), extent: Self.extent)
        let problem = try check.firstProblem(of: ladder.kernels[2])
        #expect(problem?.contains("element 0 is") == true)
    }

    @Test func coalescingBringsFewerSectors() throws {
        let (naive, coalesced) = (try counters(SgemmLadder(), 1), try counters(SgemmLadder(), 2))
        #expect(naive.sectorsPerRequest > 4 * coalesced.sectorsPerRequest)
        #expect(naive.globalRequests == coalesced.globalRequests)
    }

    @Test func sharedMemoryTakesTheTraffic() throws {
        let (coalesced, shared) = (try counters(SgemmLadder(), 2), try counters(SgemmLadder(), 3))
        #expect(5 * shared.sectors < coalesced.sectors)
        #expect(coalesced.sharedRequests == 0 && shared.sharedRequests > 0)
    }

    @Test func vectorsTakeFewerRequests() throws {
        let (scalar, vectors) = (try counters(SgemmLadder(), 5), try counters(SgemmLadder(), 6))
        #expect(2 * vectors.sharedRequests < scalar.sharedRequests)
        #expect(2 * vectors.globalRequests < scalar.globalRequests)
    }

    @Test func paddingRemovesEveryConflict() throws {
        let conflicts = try (6...8).map { try counters(SgemmLadder(), $0).sharedConflictWavefronts }
        #expect(conflicts[0] > conflicts[1] && conflicts[1] > 0)
        #expect(conflicts[2] == 0)
    }

    @Test func sumsDivergeThenConflictThenDoNeither() throws {
        let steps = try (1...3).map { try counters(ReductionLadder(), $0) }
        #expect(steps[0].lanesPerInstruction < steps[1].lanesPerInstruction)
        #expect(steps.map { $0.sharedConflictWavefronts > 0 } == [false, true, false])
        #expect(steps.allSatisfy { (1...32).contains($0.lanesPerInstruction) })
    }

    @Test func manyElementsAThreadLeaveLittleForSharedMemory() throws {
        let steps = try (6...7).map { try counters(ReductionLadder(), $0, extent: 2048) }
        #expect(steps[0].sharedRequests == steps[1].sharedRequests)
        #expect(7 * steps[0].globalRequests < steps[1].globalRequests)
    }
}

/// The sums, with an expectation that is off by one.
private struct Mistaken: KernelLadder {
    private let sums = ReductionLadder()
    var name: String { sums.name }
    var kernels: [LadderKernel] { sums.kernels }
    var inputs: [String] { sums.inputs }
    var output: String { sums.output }
    var work: LadderWork { sums.work }
    var extentUnit: Int { sums.extentUnit }
    var usualExtent: Int { sums.usualExtent }
    var publication: String? { nil }
    var tolerance: Double { 0 }

    func amountOfWork(extent: Int) -> Double { sums.amountOfWork(extent: extent) }
    func outputCount(extent: Int) -> Int { 1 }
    func element(_ index: Int, of input: String, extent: Int) -> Float {
        sums.element(index, of: input, extent: extent)
    }
    func expected(extent: Int) -> [Float] { sums.expected(extent: extent).map { $0 + 1 } }
}
