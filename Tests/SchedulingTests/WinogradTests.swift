import KernelIR
import Testing

@testable import Scheduling

/// Minimal filtering computes the same sums from fewer products.
@Suite struct WinogradTests {
    private let target = TargetProfile.genericAVX512

    @Test(arguments: [(1, 1, 2, 2), (5, 3, 4, 6), (3, 2, 7, 9), (2, 17, 3, 33), (4, 16, 6, 40), (2, 3, 1, 1)])
    func theActionAloneGivesTheSame(_ channels: Int, _ summed: Int, _ rows: Int, _ columns: Int) throws {
        let program = WindowPrograms.convolution(channels, summed, rows, columns)
        try expectEquivalent(try scheduled(program, [.winograd(Winograd(stage: "conv"))]), to: program)
    }

    @Test(arguments: [(5, 3, 4, 6), (3, 2, 7, 9), (16, 17, 3, 33), (24, 16, 6, 40), (7, 5, 8, 64)])
    func theMacroGivesTheSame(_ channels: Int, _ summed: Int, _ rows: Int, _ columns: Int) throws {
        let program = WindowPrograms.convolution(channels, summed, rows, columns)
        let macro = ProgramCPU(convolution: ConvolutionCPU(filtering: .always))
        let schedule = try macro.schedule(program, target: target)
        #expect(schedule.contains(.winograd(Winograd(stage: "conv"))))
        let state = try scheduled(program, schedule)
        try expectEquivalent(state, to: program)
        #expect(
            try macro.plan(program, target: target).deciders.filter { $0.value != "conv" }.isEmpty,
            "every kernel belongs to the convolution")
    }

    @Test func thereAreFewerProducts() throws {
        let program = WindowPrograms.convolution(8, 8, 8, 8)
        let state = try scheduled(program, [.winograd(Winograd(stage: "conv"))])
        func points(_ stage: Stage) -> Int { (stage.axes + stage.reduceAxes).reduce(1) { $0 * $1.extent } }
        let direct = try points(#require(program.stage("conv")))
        let minimal = try points(state.stage("conv.products"))
        #expect(minimal * 36 == direct * 16)
    }

    @Test func otherConvolutionsAreRefused() throws {
        let strided = try scheduled(WindowPrograms.convolution(4, 4, 8, 8, stride: 2))
        expectIllegal(
            .winograd(Winograd(stage: "conv")), strided, .illegalDataFlow, at: ["conv", "3 × 3"], hint: "stride")
        let product = try scheduled(SamplePrograms.matmul(4, 4, 4))
        expectIllegal(
            .winograd(Winograd(stage: "matmul")), product, .illegalDataFlow, at: ["matmul"], hint: "dilation 1")
        let touched = try scheduled(
            WindowPrograms.convolution(4, 4, 8, 8), [.split(Split(stage: "conv", loop: "i", factor: 2))])
        expectIllegal(
            .winograd(Winograd(stage: "conv")), touched, .illegalOrder, at: ["conv"], hint: "before their loops")
    }

    @Test func convolutionsThatItDoesNotFitKeepTheirOwnMacro() throws {
        let program = WindowPrograms.convolution(4, 4, 8, 8, stride: 2)
        let with = try ProgramCPU(convolution: ConvolutionCPU(filtering: .always)).schedule(program, target: target)
        #expect(with == (try ProgramCPU().schedule(program, target: target)))
    }

    /// Filters are worth transforming for many places: 64 · 64 · (10 · P − 1435) ≥ 280 · 128 · P from 1148 places on, those of two images.
    @Test func manyChannelsAndPlacesDecide() throws {
        func actions(_ channels: Int, _ summed: Int, _ rows: Int = 64) throws -> Schedule {
            try ProgramCPU().schedule(WindowPrograms.convolution(channels, summed, rows, 64), target: target)
        }
        #expect(try actions(64, 64).contains(.winograd(Winograd(stage: "conv"))))
        #expect(try actions(64, 64, 9).contains(.winograd(Winograd(stage: "conv"))))
        #expect(try !actions(64, 64, 8).contains(.winograd(Winograd(stage: "conv"))))
        #expect(try !actions(64, 3).contains(.winograd(Winograd(stage: "conv"))))
        let never = ProgramCPU(convolution: ConvolutionCPU(filtering: .never))
        let schedule = try never.schedule(WindowPrograms.convolution(64, 64, 64, 64), target: target)
        #expect(!schedule.contains(.winograd(Winograd(stage: "conv"))))
    }

    /// With 16 registers it is left to the search.
    @Test(arguments: [(ConvolutionCPU.Wanted.automatic, false), (.always, true)])
    func fewRegistersFilterOnlyWhereAsked(_ filtering: ConvolutionCPU.Wanted, _ expected: Bool) throws {
        let macros = ProgramCPU(convolution: ConvolutionCPU(filtering: filtering))
        let schedule = try macros.schedule(WindowPrograms.convolution(64, 64, 64, 64), target: .genericAVX2)
        #expect(schedule.contains(.winograd(Winograd(stage: "conv"))) == expected)
    }
}
