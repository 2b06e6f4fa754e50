/// How often the machine code of each place runs, by how often the PTX of the same place does.
///
/// The emulator counts runs of PTX. Machine code of a line holds the same work, but other instructions for it, and
/// holds it several times where the assembler unrolled a loop. So it is scaled by work: bytes moved or, where a place
/// moves none, floating-point operations. Machine code that does as much work as the executed PTX has run as often as
/// that takes, though no more often than any PTX instruction of the place. Places without work (the control of a loop)
/// run as often as their PTX, less what loops of their depth are unrolled on average. Where PTX and machine code see a
/// line at different depths (a loop that the assembler dissolved), all depths of the line are one place. Machine code
/// of lines that PTX does not have runs as often as an average instruction of its depth.
struct MachineScaling {
    private struct Key: Hashable {
        var line: SourceLine?
        /// Nil for all depths of a line.
        var depth: Int?
    }

    /// One place on both sides.
    private struct Ledger {
        /// PTX and machine code, as written.
        var ptx = CodeCost()
        var machine = CodeCost()
        /// PTX, as executed.
        var executed = CodeCost()
        /// Instructions of the PTX, how often they ran in all, and the one that ran most.
        var count = 0.0
        var runs = 0.0
        var most = 0.0

        /// The work of both sides in one unit; nil where one of them does none.
        var work: (ptx: Double, machine: Double, executed: Double)? {
            if ptx.movedBytes > 0, machine.movedBytes > 0 {
                return (ptx.movedBytes, machine.movedBytes, executed.movedBytes)
            }
            if ptx.operations > 0, machine.operations > 0 {
                return (ptx.operations, machine.operations, executed.operations)
            }
            return nil
        }
    }

    /// All places of one depth.
    private struct Layer {
        var count = 0.0
        var runs = 0.0
        /// The work of places that do some on both sides, as written.
        var ptx = 0.0
        var machine = 0.0

        /// How often an average instruction runs.
        var meanRuns: Double { count > 0 ? runs / count : 1 }
        /// How often machine code holds work that PTX holds once; at least 1.
        var unrolling: Double { ptx > 0 ? max(1, machine / ptx) : 1 }
    }

    private var ledgers: [Key: Ledger] = [:]
    private var keys: [Key] = []

    /// What machine code of no line is called in a profile.
    static let elsewhere = "elsewhere"

    /// - Parameter runs: by instruction of the PTX, how often an average warp issues it.
    init(_ code: ProfiledCode, runs: [Double], machine: MachineFacts) {
        let dissolved = Self.dissolvedLines(code, machine)
        func key(_ place: CodePlace) -> Key {
            let isDissolved = place.line.map { dissolved.contains($0) } ?? false
            return Key(line: place.line, depth: isDissolved ? nil : place.depth)
        }
        // The return behind the last instruction is in no text.
        for (instruction, runs) in zip(code.instructions, runs) where instruction.operation != nil {
            update(key(instruction.place)) { ledger in
                ledger.ptx += instruction.cost
                ledger.executed += instruction.cost * runs
                ledger.count += 1
                ledger.runs += runs
                ledger.most = max(ledger.most, runs)
            }
        }
        for piece in machine.pieces { update(key(piece.place)) { $0.machine += piece.cost } }
    }

    /// What an average warp executes, by region, in the order of the code.
    func costs() -> [(region: String, cost: CodeCost)] {
        var layers: [Int?: Layer] = [:]
        for key in keys {
            guard let ledger = ledgers[key] else { continue }
            layers[key.depth, default: Layer()].count += ledger.count
            layers[key.depth, default: Layer()].runs += ledger.runs
            layers[key.depth, default: Layer()].ptx += ledger.work?.ptx ?? 0
            layers[key.depth, default: Layer()].machine += ledger.work?.machine ?? 0
        }
        return keys.map { key in
            let (ledger, layer) = (ledgers[key] ?? Ledger(), layers[key.depth] ?? Layer())
            return (key.line?.description ?? Self.elsewhere, ledger.machine * Self.runs(of: ledger, layer))
        }
    }

    private mutating func update(_ key: Key, _ change: (inout Ledger) -> Void) {
        if ledgers[key] == nil { keys.append(key) }
        change(&ledgers[key, default: Ledger()])
    }

    private static func runs(of ledger: Ledger, _ layer: Layer) -> Double {
        guard ledger.count > 0 else { return layer.meanRuns / layer.unrolling }
        if let work = ledger.work { return min(work.executed / work.machine, ledger.most) }
        return ledger.runs / ledger.count / layer.unrolling
    }

    /// Lines that both sides have, at different depths.
    private static func dissolvedLines(_ code: ProfiledCode, _ machine: MachineFacts) -> Set<SourceLine> {
        func depths(_ places: [CodePlace]) -> [SourceLine: Set<Int>] {
            places.reduce(into: [:]) { depths, place in
                if let line = place.line { depths[line, default: []].insert(place.depth) }
            }
        }
        let ptx = depths(code.instructions.map(\.place))
        let other = depths(machine.pieces.map(\.place))
        return Set(ptx.keys.filter { other[$0] != nil && other[$0] != ptx[$0] })
    }
}
