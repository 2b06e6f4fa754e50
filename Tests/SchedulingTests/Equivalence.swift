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

/// What is wrong with a scheduled program: the first output that differs from the unscheduled program's, or `nil`.
///
/// Throws where the loops don't verify or the interpreter finds a defect in them.
func deviation(_ state: ScheduleState, from program: TensorProgram, seed: UInt64) throws -> String? {
    let inputs = randomInputs(program, seed: seed)
    let lowered = state.lowered()
    try lowered.verify()
    let expected = try TensorProgramInterpreter.run(program, inputs: inputs)
    let found = try LoopProgramInterpreter.run(lowered, inputs: inputs)
    for buffer in program.buffers where buffer.role == .output {
        guard let a = expected[buffer.name], let b = found[buffer.name], a.count == b.count else {
            return "\(buffer.name) has another number of elements"
        }
        if let element = a.indices.first(where: { !agree(a[$0], b[$0]) }) {
            return "\(buffer.name)[\(element)] is \(b[element]) in place of \(a[element])"
        }
    }
    return nil
}

/// Whether two values agree up to what reassociation in double precision costs.
private func agree(_ a: Double, _ b: Double) -> Bool {
    a == b || (a.isNaN && b.isNaN) || abs(a - b) < 1e-9 * (1 + abs(a))
}

/// Expects a scheduled program to verify and to compute what the unscheduled one does.
func expectEquivalent(
    _ state: ScheduleState, to program: TensorProgram, seed: UInt64 = 1, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let problem = try deviation(state, from: program, seed: seed)
    #expect(problem == nil, "\(problem ?? "") \(comment)", sourceLocation: sourceLocation)
}
