import Testing

@testable import SIMT

@Suite("Machine code in profiles") struct MachineFactsTests {
    /// Sums 16 neighbouring words: the loop is on line 3, its body on line 4, the store on line 5.
    private static let sum =
        Emulation.kernel(
            pointers: 2,
            """
            .loc 1 3 1
            mov.u32 %r0, 0;
            mov.u64 %Q0, %P0;
            LOOP:
            .loc 1 4 1
            ld.global.u32 %r1, [%Q0];
            add.u32 %r2, %r2, %r1;
            add.u64 %Q0, %Q0, 4;
            .loc 1 3 1
            add.u32 %r0, %r0, 1;
            setp.lt.u32 %p0, %r0, 16;
            @%p0 bra LOOP;
            .loc 1 5 1
            st.global.u32 [%P1], %r2;
            ret;
            """) + ".file 1 \"/folder/k.cu\"\n"

    private func piece(
        _ line: Int, depth: Int, _ instructions: Tally<InstructionClass>, movedBytes: Double = 0, longWaits: Double = 0
    ) -> MachineFacts.Piece {
        var cost = CodeCost()
        cost.instructions = instructions
        cost.movedBytes = movedBytes
        cost.longWaits = longWaits
        return MachineFacts.Piece(
            place: CodePlace(line: SourceLine(file: "k.cu", line: line), depth: depth), cost: cost,
            widths: AccessWidths())
    }

    private func profile(_ text: String, _ machine: MachineFacts?) throws -> KernelProfile {
        let memory = GlobalMemory()
        let pointers = ["x", "y"].map { memory.allocate(byteCount: 4096, name: $0) }
        return try Profiling.profile(text, memory, pointers, grid: SIMTExtent(2), threads: 32, machine: machine)
    }

    private func instructions(_ profile: KernelProfile, _ line: Int) -> Tally<InstructionClass>? {
        profile.regions.first { $0.name == "k.cu:\(line)" }?.perWarp.instructions
    }

    @Test("an unrolled loop runs less often and does the same work")
    func unrolled() throws {
        let facts = MachineFacts(
            files: ["k.cu"],
            pieces: [
                piece(3, depth: 0, [.move: 2]), piece(3, depth: 1, [.integer: 2, .control: 1]),
                piece(4, depth: 1, [.globalLoad: 4, .integer: 4], movedBytes: 16, longWaits: 1),
                piece(5, depth: 0, [.globalStore: 1, .control: 1], movedBytes: 4),
            ])
        let found = try profile(Self.sum, facts)
        #expect(found.source == .sass)
        #expect(found.regions.map(\.name) == ["k.cu:3", "k.cu:4", "k.cu:5"])
        #expect(instructions(found, 4) == [.globalLoad: 16, .integer: 16])
        // The loop's control runs once for four of its passes in the PTX, the start of the loop once.
        #expect(instructions(found, 3) == [.move: 2, .integer: 8, .control: 4])
        #expect(instructions(found, 5) == [.globalStore: 1, .control: 1])
        let body = try #require(found.regions.first { $0.name == "k.cu:4" })
        #expect(body.parallelism.memory == 4)
        // Accesses are those that were made.
        #expect(body.perWarp.sectors == 16)
        // Without facts the loads wait one by one.
        let plain = try profile(Self.sum, nil)
        #expect(plain.source == .ptx)
        #expect(instructions(plain, 4) == [.globalLoad: 16, .integer: 32])
        #expect(plain.regions.first { $0.name == "k.cu:4" }?.parallelism.memory == 1)
    }

    @Test("a loop that the assembler dissolved is one place with its line")
    func dissolved() throws {
        let facts = MachineFacts(
            files: ["k.cu"],
            pieces: [
                piece(4, depth: 0, [.globalLoad: 16, .integer: 15], movedBytes: 64, longWaits: 1),
                piece(5, depth: 0, [.globalStore: 1, .control: 1], movedBytes: 4),
                piece(7, depth: 0, [.move: 3]),
            ])
        let found = try profile(Self.sum, facts)
        #expect(instructions(found, 4) == [.globalLoad: 16, .integer: 15])
        // A line that only machine code has runs as often as what stands outside loops.
        #expect(instructions(found, 7) == [.move: 3])
        #expect(found.regions.first { $0.name == "k.cu:4" }?.parallelism.memory == 16)
    }

    @Test("loads that the machine code joins have the wavefronts of the joint access")
    func joint() throws {
        let text =
            Emulation.kernel(
                pointers: 2, declarations: ".shared .align 16 .b8 s[512];",
                """
                .loc 1 3 1
                mov.u32 %r0, s;
                mad.lo.u32 %r0, %lane, 16, %r0;
                ld.shared.u32 %r1, [%r0];
                ld.shared.u32 %r2, [%r0+4];
                add.u32 %r1, %r1, %r2;
                ld.shared.u32 %r3, [%r0+8];
                ld.shared.u32 %r4, [%r0+12];
                ret;
                """) + ".file 1 \"k.cu\"\n"
        var joined = piece(3, depth: 0, [.sharedLoad: 1, .integer: 2], movedBytes: 16)
        joined.widths.sharedLoad = 16
        let scalar = try profile(text, nil)
        // Lanes are 4 words apart: 4 of them want one bank.
        #expect(scalar.perWarp.sharedWavefronts == 16 && scalar.perWarp.instructions[.sharedLoad] == 4)
        let vector = try profile(text, MachineFacts(files: ["k.cu"], pieces: [joined]))
        #expect(vector.perWarp.sharedWavefronts == 4 && vector.perWarp.instructions[.sharedLoad] == 1)
        // Where the machine code has pairs at most, two remain.
        joined.widths.sharedLoad = 8
        let pairs = try profile(text, MachineFacts(files: ["k.cu"], pieces: [joined]))
        #expect(pairs.perWarp.sharedWavefronts == 8)
    }

    @Test("facts about one place add up")
    func merging() {
        let facts = MachineFacts(
            files: [],
            pieces: [
                piece(4, depth: 1, [.single: 1]), piece(3, depth: 0, [.move: 1]), piece(4, depth: 1, [.single: 2]),
            ])
        #expect(facts.pieces.map(\.place.line?.line) == [3, 4])
        #expect(facts.pieces.last?.cost.instructions == [.single: 3])
    }
}
