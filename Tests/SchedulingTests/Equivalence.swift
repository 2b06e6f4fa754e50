import KernelIR
import Scheduling
import Testing

/// Deterministic numbers from a seed (SplitMix64, Steele et al., OOPSLA 2014).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Random contents for every input of a program.
func randomInputs(_ program: TensorProgram, seed: UInt64) -> [String: [Double]] {
    var generator = SeededGenerator(state: seed)
    var inputs: [String: [Double]] = [:]
    for buffer in program.buffers where buffer.role == .input || buffer.role == .parameter {
        inputs[buffer.name] = (0..<buffer.count).map { _ in Double.random(in: -2...2, using: &generator) }
    }
    return inputs
}

/// Runs a scheduled program in the interpreter and compares every output with the unscheduled program's.
func expectEquivalent(
    _ state: ScheduleState, to program: TensorProgram, seed: UInt64 = 1, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let inputs = randomInputs(program, seed: seed)
    let lowered = state.lowered()
    try lowered.verify()
    let expected = try TensorProgramInterpreter.run(program, inputs: inputs)
    let found = try LoopProgramInterpreter.run(lowered, inputs: inputs)
    for buffer in program.buffers where buffer.role == .output {
        let a = try #require(expected[buffer.name])
        let b = try #require(found[buffer.name])
        #expect(a.count == b.count, sourceLocation: sourceLocation)
        let worst = zip(a, b).map { abs($0 - $1) / (1 + abs($0)) }.max() ?? 0
        #expect(worst < 1e-9, "\(buffer.name) differs by \(worst) \(comment)", sourceLocation: sourceLocation)
    }
}
