import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Single stages may have macro parameters of their own.
@Suite struct StageChoiceTests {
    private let target = TargetProfile.genericAVX512
    private let program = TensorProgram(
        name: "two sums",
        buffers: [
            Buffer("x", shape: [64, 512], role: .input), Buffer("t", shape: [512], role: .output),
            Buffer("y", shape: [64], role: .output),
        ],
        stages: [
            .reduce(
                "columns", [Axis("j", 512)], .sum(), over: [Axis("i", 64)], [.load("x", [.axis("i"), .axis("j")])],
                finish: [.state(0)], into: ["t"]),
            .reduce(
                "rows", [Axis("i", 64)], .sum(), over: [Axis("j", 512)], [.load("x", [.axis("i"), .axis("j")])],
                finish: [.state(0)], into: ["y"]),
        ])

    /// The actions on one stage.
    private func actions(_ parameters: ProgramCPU, on stage: String) throws -> [String] {
        try parameters.schedule(program, target: target).map { "\($0)" }.filter { $0.contains("\"\(stage)\"") }
    }

    @Test func onlyTheStageItselfChanges() throws {
        var own = StageMacros()
        own.reduction.accumulators = 2
        own.reduction.columnVectors = 4
        let changed = ProgramCPU(stages: ["rows": own])
        #expect(try actions(changed, on: "rows") != actions(ProgramCPU(), on: "rows"))
        #expect(try actions(changed, on: "columns") == actions(ProgramCPU(), on: "columns"))
        try expectEquivalent(
            try ScheduleState(program, target: target).applying(changed.schedule(program, target: target)), to: program)
    }

    @Test func settingForAllReachesStagesWithTheirOwn() {
        var parameters = ProgramCPU(stages: ["rows": StageMacros()])
        parameters.set(\.reduction.accumulators, to: 8)
        #expect(parameters.common.reduction.accumulators == 8)
        #expect(parameters.macros(for: "rows").reduction.accumulators == 8)
        parameters.reduction.accumulators = 2
        #expect(parameters.macros(for: "columns").reduction.accumulators == 2)
        #expect(parameters.macros(for: "rows").reduction.accumulators == 8)
    }

    @Test func thePlanNamesWhatDecides() throws {
        let plan = try ProgramCPU().plan(program, target: target)
        #expect(plan.macros == ["columns": .reduction, "rows": .reduction])
        #expect(plan.deciders["columns"] == "columns")
        // Every kernel is some stage's.
        let loops = try ScheduleState(program, target: target).applying(plan.schedule).lowered()
        #expect(loops.kernels.allSatisfy { plan.deciders[$0.name] != nil })
    }

    /// Products and convolutions of old records had the functions of maps that joined them from the language.
    @Test func recordsWithoutAChoiceOfFunctionsAreExact() throws {
        func old<Macro: Codable>(_ macro: Macro) throws -> Macro {
            let data = try JSONEncoder().encode(macro)
            var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(fields.removeValue(forKey: "math") != nil)
            return try JSONDecoder().decode(Macro.self, from: JSONSerialization.data(withJSONObject: fields))
        }
        #expect(try old(GemmCPU()) == GemmCPU(math: .exact))
        #expect(try old(ConvolutionCPU()) == ConvolutionCPU(math: .exact))
    }

    /// In old records every map that may be was computed where it is read.
    @Test func recordsWithoutAFusionInlineEverything() throws {
        let data = try JSONEncoder().encode(ProgramCPU())
        var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(fields.removeValue(forKey: "fusion") as? String == "estimated")
        let old = try JSONDecoder().decode(ProgramCPU.self, from: JSONSerialization.data(withJSONObject: fields))
        #expect(old == ProgramCPU(fusion: .everything))
    }

    @Test func recordsKeepTheirForm() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let plain = try String(decoding: encoder.encode(ProgramCPU()), as: UTF8.self)
        // As it was before single stages had parameters.
        #expect(plain.contains("\"gemm\":{") && !plain.contains("stages") && !plain.contains("common"))
        var own = StageMacros()
        own.scan.rows = 2
        let mixed = ProgramCPU(factors: false, stages: ["s": own])
        #expect(try JSONDecoder().decode(ProgramCPU.self, from: encoder.encode(mixed)) == mixed)
        #expect(try JSONDecoder().decode(ProgramCPU.self, from: Data(plain.utf8)) == ProgramCPU())
    }
}
