/// What one thread's memory instruction moves.
public struct SASSAccess: Sendable, Hashable {
    /// Which way.
    public enum Direction: String, Sendable, Hashable {
        case load, store
        /// Reads, changes and writes.
        case atomic
    }

    /// Where: `global`, `shared`, `local`, `constant`; `copy` reads global and writes shared memory.
    public var space: SASSClass
    /// Which way.
    public var direction: Direction
    /// Bytes of each thread: 1, 2, 4, 8 or 16; of a matrix load, each thread's share of the matrices.
    public var bytes: Int

    /// Names an access; `bytes` are those of each thread.
    public init(space: SASSClass, direction: Direction, bytes: Int) {
        (self.space, self.direction, self.bytes) = (space, direction, bytes)
    }
}

extension SASSInstruction {
    /// What the instruction moves for each thread; nil where it moves nothing or the size is that of a descriptor.
    public var access: SASSAccess? {
        guard let direction = SASSAccess.directions[opcode] else { return nil }
        return SASSAccess(space: kind, direction: direction, bytes: accessBytes)
    }

    private var accessBytes: Int {
        // `LDSM.16.M88.4`: 8×8 matrices of 16-bit elements, 4 bytes of each for every thread.
        if opcode == "LDSM" || opcode == "STSM" { return 4 * (modifiers.last.flatMap { Int($0) } ?? 1) }
        for modifier in modifiers {
            switch modifier {
            case "U8", "S8": return 1
            case "U16", "S16", "F16", "BF16": return 2
            case "64", "U64", "S64", "F64", "F32x2", "F16x4", "BF16x4": return 8
            case "128", "F32x4", "F16x8", "BF16x8": return 16
            default: continue
            }
        }
        return 4
    }
}

extension SASSAccess {
    fileprivate static let directions: [String: Direction] = [
        "LD": .load, "LDG": .load, "LDS": .load, "LDL": .load, "LDC": .load, "LDCU": .load, "ULDC": .load,
        "LDSM": .load, "LDGSTS": .load,
        "ST": .store, "STG": .store, "STS": .store, "STL": .store, "STSM": .store,
        "ATOM": .atomic, "ATOMG": .atomic, "ATOMS": .atomic, "RED": .atomic, "REDG": .atomic, "REDS": .atomic,
    ]
}
