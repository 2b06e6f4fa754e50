/// How many instructions of each kind a piece of code has, and what they move; each counted once, as written.
public struct SASSMix: Sendable, Hashable {
    /// Instructions that may run.
    public private(set) var count = 0
    /// By kind; kinds that do not occur are absent.
    public private(set) var classes: [SASSClass: Int] = [:]
    /// By unit; instructions of no unit are absent.
    public private(set) var pipes: [SASSPipe: Int] = [:]
    /// By what they move.
    public private(set) var accesses: [SASSAccess: Int] = [:]
    /// Fused products of 32-bit numbers, which do two operations each.
    public private(set) var fusedProducts = 0

    /// Counts instructions; those whose guard is always false are left out.
    public init(_ instructions: some Sequence<SASSInstruction>) {
        for instruction in instructions where !instruction.neverRuns {
            count += 1
            classes[instruction.kind, default: 0] += 1
            if let pipe = instruction.pipe { pipes[pipe, default: 0] += 1 }
            if let access = instruction.access { accesses[access, default: 0] += 1 }
            if instruction.opcode == "FFMA" || instruction.opcode == "FFMA32I" { fusedProducts += 1 }
        }
    }

    /// How many instructions are of a kind.
    public subscript(kind: SASSClass) -> Int { classes[kind] ?? 0 }

    /// Bytes that each thread moves in a space, one way.
    public func bytes(_ space: SASSClass, _ direction: SASSAccess.Direction) -> Int {
        accesses.reduce(0) { sum, entry in
            entry.key.space == space && entry.key.direction == direction ? sum + entry.key.bytes * entry.value : sum
        }
    }
}

extension SASSFunction {
    /// The mix of each line of a file; an inlined function's instructions count for its own lines.
    public func mixes(byLineOf file: String) -> [Int: SASSMix] {
        var lines: [Int: [SASSInstruction]] = [:]
        for instruction in instructions {
            if let location = instruction.locations.first(where: { $0.file == file }) {
                lines[location.line, default: []].append(instruction)
            }
        }
        return lines.mapValues { SASSMix($0) }
    }
}
