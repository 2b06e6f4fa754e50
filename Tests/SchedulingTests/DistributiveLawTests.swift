import KernelIR
import Scheduling
import Testing

/// The distributive law: what it saves, and that values stay.
@Suite struct DistributiveLawTests {
    @Test(arguments: [(3, 17, 5), (1, 64, 8), (4, 1, 3), (7, 33, 1)])
    func sumsOfProducts(_ m: Int, _ n: Int, _ k: Int) throws {
        let program = FactoredPrograms.summedProduct(m, n, k)
        let state = try scheduled(program, [.factor(Factor(stage: "sum"))])
        #expect(state.program.stages.map(\.name) == ["sum.b", "sum.shift", "sum"])
        #expect(state.program.buffer("c") == nil)
        try state.program.verify()
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(2, 3, 12, 4), (2, 2, 9, 3), (3, 2, 8, 8)])
    func pooledConvolutions(_ samples: Int, _ channels: Int, _ length: Int, _ pool: Int) throws {
        let program = FactoredPrograms.pooledConvolution(
            samples: samples, channels: channels, length: length, pool: pool)
        let state = try scheduled(program, [.factor(Factor(stage: "pool"))])
        // The channels, which the input does not depend on, are no part of what is summed.
        #expect(state.program.buffer("sum.x")?.shape == [samples, 2, 3, length / pool])
        #expect(state.program.buffer("y")?.shape == [samples, channels, length / pool])
        try state.program.verify()
        try expectEquivalent(state, to: program)
    }

    @Test func savings() throws {
        let state = try scheduled(FactoredPrograms.summedProduct(64, 64, 64))
        #expect(Factor(stage: "sum").saving(in: state, summand: 1) == 32)
        #expect(Factor(stage: "sum").saving(in: state, summand: 64) == 64.0 / 65)
        #expect(Factor(stage: "matmul").saving(in: state, summand: 1) == nil)
    }

    @Test func theMacroTakesWhatPays() throws {
        let program = FactoredPrograms.summedProduct(64, 64, 32)
        let factor = Action.factor(Factor(stage: "sum"))
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        #expect(schedule.contains(factor))
        try expectEquivalent(try scheduled(program, schedule), to: program)
        #expect(!(try ProgramCPU(factors: false).schedule(program, target: .genericAVX512).contains(factor)))
        let few = FactoredPrograms.summedProduct(8, 64, 32)
        #expect(!(try ProgramCPU().schedule(few, target: .genericAVX512).contains(factor)))
    }
}
