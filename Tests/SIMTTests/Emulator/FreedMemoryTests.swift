import Testing

@testable import SIMT

/// Memory and variables that were given back.
@Suite struct FreedMemoryTests {
    @Test func aStoreToFreedMemoryIsAFault() throws {
        let memory = GlobalMemory()
        let freed = memory.allocate(byteCount: 4, name: "freed")
        let other = memory.allocate(byteCount: 4, name: "other")
        let (first, second) = (memory.free(freed), memory.free(freed))
        #expect(first && !second)
        let text = Emulation.kernel(pointers: 1, "st.global.u32 [%P0], 7;\nret;")
        let report = try Emulation.run(text, memory, [freed], block: SIMTExtent(1))
        #expect(report.faults.first?.kind == .outOfBounds)
        try Emulation.run(text, memory, [other], block: SIMTExtent(1))
        #expect(memory.read(other, as: UInt32.self) == [7])
        #expect(memory.allocate(byteCount: 4, name: "next") != freed)
    }

    @Test func aProgramTakenOffAMemoryBeginsAnew() throws {
        let memory = GlobalMemory()
        let program = try Emulation.program(
            ".global .align 4 .u32 n;\n"
                + Emulation.kernel(
                    pointers: 0, "ld.global.u32 %r0, [n];\nadd.u32 %r0, %r0, 1;\nst.global.u32 [n], %r0;\nret;"))
        let launch = SIMTLaunch(kernel: "k", grid: SIMTExtent(1), block: SIMTExtent(1))
        for _ in 0..<2 { _ = try program.run(launch, memory: memory) }
        #expect(try program.read(variable: "n", from: memory) == [2, 0, 0, 0])
        program.removeVariables(from: memory)
        #expect(try program.read(variable: "n", from: memory) == [0, 0, 0, 0])
    }

    @Test func aKernelsOwnSharedMemoryIsTold() throws {
        let program = try Emulation.program(
            Emulation.kernel(pointers: 0, declarations: ".shared .align 4 .b8 s[96];", "mov.u32 %r0, s;\nret;"))
        #expect(program.sharedBytes(of: "k") == 96)
        #expect(program.sharedBytes(of: "other") == nil)
    }
}
