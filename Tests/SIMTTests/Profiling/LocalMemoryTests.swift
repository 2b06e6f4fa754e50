import Testing

@testable import SIMT

@Suite("Local memory in profiles") struct LocalMemoryTests {
    /// Bytes that a thread stores to its frame, and loads from it.
    private static let bytes = 16

    private func profile(frame: Int, blocks: Int, local: Int? = nil) throws -> KernelProfile {
        let text = Emulation.kernel(
            pointers: 1, declarations: ".local .align 4 .b8 row[\(frame)];",
            """
            mov.u64 %Q0, row;
            mov.u32 %r0, 0;
            LOOP:
            st.local.u32 [%Q0], %t;
            ld.local.u32 %r1, [%Q0];
            add.u64 %Q0, %Q0, 4;
            add.u32 %r0, %r0, 1;
            setp.lt.u32 %p0, %r0, \(Self.bytes / 4);
            @%p0 bra LOOP;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;")
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 4 * 256 * blocks, name: "out")
        return try Profiling.profile(text, memory, [out], grid: SIMTExtent(blocks), local: local)
    }

    private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-9 * expected + 1e-9 }

    @Test("frames that fit into L1 stay there")
    func small() throws {
        let found = try profile(frame: 16, blocks: 840)
        let moved = Double(Self.bytes * 32)
        #expect(isNear(found.perWarp.localLoadedBytes, moved) && isNear(found.perWarp.localStoredBytes, moved))
        #expect(isNear(found.traffic.l2Bytes, 4 * 256 * 840) && found.traffic.dramReadBytes == 0)
    }

    @Test("frames of one SM that do not fit into its L1 go to L2")
    func beyondL1() throws {
        let found = try profile(frame: 4096, blocks: 1)
        #expect(isNear(found.traffic.l2Bytes, Double(256 * (4 + 2 * Self.bytes))))
        #expect(found.traffic.dramReadBytes == 0 && found.traffic.l1HitRate == 0 && found.traffic.l2HitRate == 1)
    }

    @Test("frames of all SMs that do not fit into L2 go to device memory")
    func beyondL2() throws {
        let (found, small) = (try profile(frame: 4096, blocks: 840), try profile(frame: 16, blocks: 840))
        let moved = Double(256 * 840 * Self.bytes)
        #expect(isNear(found.traffic.l2Bytes, small.traffic.l2Bytes + 2 * moved))
        #expect(isNear(found.traffic.dramReadBytes, moved))
        #expect(isNear(found.traffic.dramWrittenBytes, small.traffic.dramWrittenBytes + moved))
        #expect(found.traffic.l2HitRate == 0)
        let prediction = try Profiling.predict(found)
        #expect(prediction.predictedSeconds > 2 * moved / GPUModel.a6000.memory.dramBytesPerSecond)
        #expect(prediction.counters.contains { $0.name == "localBytes" && isNear($0.value, 2 * moved) })
    }

    @Test("what the assembler says of a thread's local memory counts before what the PTX declares")
    func assembler() throws {
        let registers = try profile(frame: 4096, blocks: 840, local: 0)
        #expect(registers.traffic.dramReadBytes == 0)
        let spilled = try profile(frame: 16, blocks: 840, local: 4096)
        #expect(spilled.traffic.dramReadBytes > 0)
    }
}
