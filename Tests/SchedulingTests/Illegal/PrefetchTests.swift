import KernelIR
import Scheduling
import Testing

/// The ways in which `prefetch` is illegal.
@Suite struct IllegalPrefetchTests {
    /// A stage may ask along the loops that it is attached in, not along those beside it.
    @Test func loopsBesideAnAttachedStage() throws {
        let state = try scheduled(
            SamplePrograms.softmax(4, 64),
            [
                .attach(Attach(stage: "sum", to: "out", loop: "out.row")),
                .attach(Attach(stage: "max", to: "out", loop: "out.row")),
            ])
        expectIllegal(
            .prefetch(Prefetch(stage: "max", loop: "out.r")), state, .unknownName, at: ["max", "out.r"], hint: "max.r")
        let asked = try state.applying(.prefetch(Prefetch(stage: "max", loop: "out.row")))
        #expect("\(asked.lowered())".contains("ahead: Optional(\"out.row\")"))
        try expectEquivalent(asked, to: SamplePrograms.softmax(4, 64))
    }

    @Test func lanes() throws {
        let state = try scheduled(
            SamplePrograms.chain(16), [.vectorize(Vectorize(stage: "twice", loop: "twice.i", gather: true))])
        expectIllegal(
            .prefetch(Prefetch(stage: "twice", loop: "twice.i")), state, .illegalOrder, at: ["twice.i"],
            hint: "serial or grid")
    }

    @Test func loopsThatNoOperandMovesWith() throws {
        let program = TensorProgram(
            name: "spread",
            buffers: [Buffer("x", shape: [16], role: .input), Buffer("y", shape: [4, 16], role: .output)],
            stages: [.map("spread", [Axis("i", 4), Axis("j", 16)], [.load("x", [.axis("j")])], into: ["y"])])
        let state = try scheduled(program, [])
        expectIllegal(
            .prefetch(Prefetch(stage: "spread", loop: "i")), state, .illegalOrder, at: ["spread", "i"],
            hint: "walks an operand")
        _ = try state.applying(.prefetch(Prefetch(stage: "spread", loop: "j")))
    }

    @Test func reductionsAskAlongTheRowsTheySum() throws {
        let program = TensorProgram(
            name: "columns",
            buffers: [Buffer("x", shape: [64, 1024], role: .input), Buffer("y", shape: [1024], role: .output)],
            stages: [
                .reduce(
                    "sum", [Axis("j", 1024)], .sum(), over: [Axis("i", 64)], [.load("x", [.axis("i"), .axis("j")])],
                    finish: [.state(0)], into: ["y"])
            ])
        var walking = ProgramCPU()
        walking.reduction.sweptRows = 0
        let schedule = try walking.schedule(program, target: .genericAVX512)
        #expect(schedule.contains(.prefetch(Prefetch(stage: "sum", loop: "i"))))
        let state = try scheduled(program, schedule)
        let loops = state.lowered()
        try loops.verify()
        #expect("\(loops)".contains("ahead: Optional(\"i\")"))
        try expectEquivalent(state, to: program)
        var without = walking
        without.reduction.prefetches = false
        #expect(
            !(try without.schedule(program, target: .genericAVX512)).contains {
                if case .prefetch = $0 { true } else { false }
            })
    }
}
