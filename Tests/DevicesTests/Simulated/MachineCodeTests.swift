import CUDAToolchain
import SIMT
import Testing

@testable import Devices

/// Facts about machine code, read from instructions that were put together by hand.
@Suite("Machine code for profiles") struct MachineCodeTests {
    private func control(stall: Int = 1, write: Int? = nil, waits: [Int] = []) -> SASSControl {
        let mask = waits.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        return SASSControl(
            upperHalf: UInt64(stall) << 41 | UInt64(write ?? 7) << 46 | UInt64(7) << 49 | mask << 52)
    }

    private func instruction(
        _ address: Int, _ mnemonic: String, line: Int, predicate: String? = nil, operands: String = "",
        targets: [Int] = [], _ control: SASSControl? = nil
    ) -> SASSInstruction {
        let parts = mnemonic.split(separator: ".").map(String.init)
        return SASSInstruction(
            address: address, predicate: predicate, opcode: parts[0], modifiers: Array(parts.dropFirst()),
            operands: operands, targets: targets,
            locations: [SASSLocation(file: "/usr/include/x.h", line: 99), SASSLocation(file: "k.cu", line: line)],
            control: control ?? self.control())
    }

    /// Two loads into a tile, a barrier, arithmetic on it, a barrier, around a loop.
    private var tile: SASSFunction {
        SASSFunction(
            name: "k", isKernel: true,
            instructions: [
                instruction(0x00, "MOV", line: 1),
                instruction(0x10, "LDG.E", line: 2, control(write: 0)),
                instruction(0x20, "LDG.E", line: 2, control(write: 1)),
                instruction(0x30, "IADD3", line: 2, control(stall: 2)),
                instruction(0x40, "STS.64", line: 2, control(waits: [0, 1])),
                instruction(0x50, "BAR.SYNC", line: 3),
                instruction(0x60, "LDS.128", line: 4, control(write: 2)),
                instruction(0x70, "LDS", line: 4, control(write: 2)),
                instruction(0x80, "FFMA", line: 4, control(stall: 4, waits: [2])),
                instruction(0x90, "BAR.SYNC", line: 5),
                instruction(0xa0, "BRA", line: 6, predicate: "P0", operands: "`(.L_x_1)", targets: [0x10]),
                instruction(0xb0, "EXIT", line: 7),
                instruction(0xc0, "BRA", line: 7, operands: "`(.L_x_2)", targets: [0xc0]),
                instruction(0xd0, "NOP", line: 7),
            ])
    }

    private func piece(_ facts: MachineFacts, _ line: Int) -> MachineFacts.Piece? {
        facts.pieces.first { $0.place.line == SourceLine(file: "k.cu", line: line) }
    }

    @Test("places are lines of the user's file and depths of loops; padding is left out")
    func places() {
        let facts = MachineFacts(tile, files: ["k.cu"])
        #expect(facts.pieces.map(\.place.line?.line) == [1, 2, 3, 4, 5, 6, 7])
        #expect(facts.pieces.map(\.place.depth) == [0, 1, 1, 1, 1, 1, 0])
        #expect(piece(facts, 7)?.cost.instructions == [.control: 1])
        // Without names of the user's files the innermost place counts.
        let other = MachineFacts(tile, files: [])
        #expect(other.pieces.allSatisfy { $0.place.line == SourceLine(file: "/usr/include/x.h", line: 99) })
    }

    @Test("instructions, bytes, widths and stalls")
    func costs() throws {
        let facts = MachineFacts(tile, files: ["k.cu"])
        let load = try #require(piece(facts, 2))
        #expect(load.cost.instructions == [.globalLoad: 2, .integer: 1, .sharedStore: 1])
        #expect(load.cost.movedBytes == 16 && load.cost.dependentCycles == 2)
        #expect(load.widths[.globalLoad] == 4 && load.widths[.sharedStore] == 8)
        let product = try #require(piece(facts, 4))
        #expect(product.cost.instructions == [.sharedLoad: 2, .single: 1])
        #expect(product.cost.operations == 2 && product.cost.dependentCycles == 4)
        #expect(product.widths[.sharedLoad] == 16)
    }

    @Test("loads under way and exposed waits come from the scoreboards")
    func waits() throws {
        let facts = MachineFacts(tile, files: ["k.cu"])
        let load = try #require(piece(facts, 2))
        #expect(load.cost.longWaits == 1 && load.cost.exposedPhases == 1)
        // One load and one sum stand between the first load and the store.
        #expect(load.cost.hiddenInstructions == 2)
        #expect(piece(facts, 4)?.cost.sharedWaits == 1)
    }

    @Test(
        "a wait for copies costs a part of their latency by the groups that it leaves pending",
        arguments: [("SB0, 0x0", 1.0), ("SB0, 0x1", 0.5), ("SB0, 0x3", 0.25)])
    func copies(operands: String, expected: Double) {
        func waits(_ first: String) -> Double? {
            let code = [
                instruction(0x00, first, line: 2), instruction(0x10, "LDGDEPBAR", line: 2),
                instruction(0x20, "DEPBAR.LE", line: 3, operands: operands), instruction(0x30, "EXIT", line: 4),
            ]
            let function = SASSFunction(name: "k", isKernel: true, instructions: code)
            return piece(MachineFacts(function, files: ["k.cu"]), 3)?.cost.copyWaits
        }
        #expect(waits("LDGSTS.E.BYPASS.128") == expected)
        // Without copies a scoreboard is awaited for something else.
        #expect(waits("LDG.E") == 0)
    }

    @Test(
        "classes of instructions",
        arguments: [
            ("FFMA", InstructionClass.single), ("HFMA2", .half), ("DADD", .double), ("IMAD.WIDE", .integer),
            ("IMAD.MOV.U32", .move), ("SEL", .move), ("MUFU.EX2", .special), ("POPC", .special),
            ("F2F.F32.F64", .conversion), ("F2FP.BF16", .integer), ("HMMA.16816.F32", .tensor),
            ("LDG.E.128", .globalLoad), ("STG.E", .globalStore), ("RED.E.ADD", .globalAtomic),
            ("ATOMG.E.ADD", .globalAtomic), ("LDS.64", .sharedLoad),
            ("STS", .sharedStore), ("ATOMS.ADD", .sharedAtomic), ("LDL", .localLoad), ("STL", .localStore),
            ("LDC", .constantLoad), ("LDGSTS.E.BYPASS.128", .asyncCopy), ("SHFL.DOWN", .shuffle),
            ("VOTE.ANY", .shuffle),
            ("BAR.SYNC", .synchronization), ("DEPBAR.LE", .synchronization), ("EXIT", .control), ("UIADD3", .move),
            ("S2R", .move),
        ])
    func classes(mnemonic: String, expected: InstructionClass) {
        #expect(InstructionClass(instruction(0, mnemonic, line: 1)) == expected)
    }
}
