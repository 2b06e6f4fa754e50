import Testing

@testable import SIMT

/// What a kernel does wrong comes back as a value with its place.
@Suite struct FaultTests {
    private func fault(
        _ body: String, declarations: String = "", bytes: Int = 128, isWritable: Bool = true, blocks: Int = 1,
        threads: Int = 32, dynamicSharedBytes: Int = 0, options: SIMTOptions = SIMTOptions(), functions: String = ""
    ) throws -> SIMTFault {
        let memory = GlobalMemory()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        let address = memory.map(buffer, name: "buffer", isWritable: isWritable)
        let report = try Emulation.run(
            functions + Emulation.kernel(pointers: 1, declarations: declarations, body), memory, [address],
            grid: SIMTExtent(blocks), block: SIMTExtent(threads), dynamicSharedBytes: dynamicSharedBytes,
            options: options)
        #expect(!report.isComplete)
        return try #require(report.faults.first)
    }

    @Test func outOfBoundsTellsHowFarAndWho() throws {
        let found = try fault(
            Emulation.store("u32", 0, "%t", bytes: 4) + "ret;", bytes: 128, blocks: 3, threads: 16)
        #expect(found.kind == .outOfBounds)
        // 32 words are there; thread 0 of block 2 is the first behind them.
        #expect(found.block == SIMTExtent(2, 0, 0))
        #expect(found.thread == SIMTExtent(0, 0, 0))
        #expect(found.byteCount == 4)
        #expect(found.detail.contains("4 bytes past buffer of 128 bytes"), "\(found.detail)")
        #expect(found.opcode == "st.global.u32")
        #expect(found.line > 3)
        let address = try #require(found.address)
        #expect(address & 0xffff == 128)
    }

    @Test func oneWrongLaneAmongMany() throws {
        let found = try fault(
            """
            setp.eq.u32 %p0, %t, 9;
            selp.b64 %Q0, 4096, 0, %p0;
            add.u64 %Q0, %Q0, %P0;
            ld.global.u32 %r0, [%Q0];
            ret;
            """
        )
        #expect(found.kind == .outOfBounds)
        #expect(found.thread == SIMTExtent(9, 0, 0))
    }

    @Test func beforeTheStart() throws {
        let found = try fault("ld.global.u32 %r0, [%P0+-8];\nret;")
        #expect(found.kind == .outOfBounds)
        #expect(found.detail.contains("8 bytes before buffer"), "\(found.detail)")
    }

    @Test func misalignedAddresses() throws {
        #expect(try fault("ld.global.u32 %r0, [%P0+2];\nret;").kind == .misaligned)
        #expect(try fault("ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%P0+8];\nret;").kind == .misaligned)
        let shared = try fault(
            "mov.u32 %r0, s;\nst.shared.u32 [%r0+1], %r0;\nret;", declarations: ".shared .align 4 .b8 s[64];")
        #expect(shared.kind == .misaligned)
        #expect(shared.detail.contains("shared memory"))
    }

    @Test func nothingIsThere() throws {
        #expect(try fault("mov.u64 %Q0, 0;\nld.global.u32 %r0, [%Q0];\nret;").kind == .unmapped)
        #expect(try fault("mov.u64 %Q0, 123456789;\nst.u32 [%Q0], %t;\nret;").kind == .unmapped)
    }

    @Test func sharedAndLocalBounds() throws {
        let found = try fault(
            "mov.u32 %r0, s;\nmad.lo.u32 %r0, %t, 4, %r0;\nst.shared.u32 [%r0], %t;\nret;",
            declarations: ".shared .align 4 .b8 s[100];")
        #expect(found.kind == .outOfBounds)
        #expect(found.thread == SIMTExtent(25, 0, 0))
        let local = try fault(
            "mov.u64 %Q0, l;\nmad.wide.u32 %Q0, %t, 4, %Q0;\nst.local.u32 [%Q0], %t;\nret;",
            declarations: ".local .align 16 .b8 l[64];")
        #expect(local.kind == .outOfBounds)
        #expect(local.thread == SIMTExtent(16, 0, 0))
    }

    @Test func memoryThatIsOnlyRead() throws {
        #expect(try fault("st.global.u32 [%P0], %t;\nret;", isWritable: false).kind == .readOnly)
        #expect(try fault("atom.global.add.u32 %r0, [%P0], 1;\nret;", isWritable: false).kind == .readOnly)
    }

    @Test func trapsAndAssertions() throws {
        let trap = try fault("setp.eq.u32 %p0, %t, 11;\n@%p0 trap;\nret;")
        #expect(trap.kind == .trap)
        #expect(trap.thread == SIMTExtent(11, 0, 0))
        let text = """
            .extern .func __assertfail(.param .b64 a, .param .b64 b, .param .b32 c, .param .b64 d, .param .b64 e);
            .global .align 1 .b8 message[6] = {120, 32, 62, 32, 48, 0};
            .global .align 1 .b8 file[5] = {97, 46, 99, 117, 0};

            """
        let call = """
            setp.ne.u32 %p0, %t, 5;
            @%p0 bra FINE;
            mov.u64 %Q0, message; cvta.global.u64 %Q0, %Q0;
            mov.u64 %Q1, file; cvta.global.u64 %Q1, %Q1;
            {
            .param .b64 a; .param .b64 b; .param .b32 c; .param .b64 d; .param .b64 e;
            st.param.b64 [a], %Q0; st.param.b64 [b], %Q1; st.param.b32 [c], 12;
            st.param.b64 [d], %Q1; st.param.b64 [e], 1;
            call.uni __assertfail, (a, b, c, d, e);
            }
            FINE: ret;
            """
        let failed = try fault(call, functions: text)
        #expect(failed.kind == .assertion)
        #expect(failed.detail.contains("x > 0") && failed.detail.contains("a.cu"), "\(failed.detail)")
        #expect(failed.thread == SIMTExtent(5, 0, 0))
    }

    @Test func endlessLoopsAndRecursion() throws {
        var options = SIMTOptions()
        options.instructionLimit = 100_000
        #expect(try fault("LOOP: bra LOOP;", options: options).kind == .instructionLimit)
        let recursion = """
            .func down(.param .b32 a)
            {
            .reg .b32 %r0;
            ld.param.b32 %r0, [a];
            { .param .b32 b; st.param.b32 [b], %r0; call.uni down, (b); }
            ret;
            }

            """
        let found = try fault(
            "{ .param .b32 b; st.param.b32 [b], %t; call.uni down, (b); }\nret;", functions: recursion)
        #expect(found.kind == .stackOverflow)
        #expect(found.function == "down")
        let wild = try fault("mov.u64 %Q0, 64;\nP: .callprototype _ ();\ncall %Q0, (), P;\nret;")
        #expect(wild.kind == .callTarget)
    }

    @Test func theFirstBlockWithAFaultIsReported() throws {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 4, name: "out")
        let text = Emulation.kernel(
            pointers: 1,
            """
            mov.u32 %r0, %ctaid.x;
            setp.lt.u32 %p0, %r0, 7;
            @%p0 bra FINE;
            trap;
            FINE:
            st.global.u32 [%P0], %r0;
            ret;
            """
        )
        var options = SIMTOptions()
        for threads in [1, 3] {
            options.threads = threads
            let report = try Emulation.run(text, memory, [out], grid: SIMTExtent(40), options: options)
            #expect(report.faults.map(\.block) == [SIMTExtent(7, 0, 0)])
            #expect(report.blocksCompleted >= 7)
        }
    }

    @Test func launchesThatADriverWouldRefuse() throws {
        let program = try Emulation.program(Emulation.kernel(pointers: 1, "ret;"))
        let memory = GlobalMemory()
        func code(_ launch: SIMTLaunch) -> SIMTError.Code? {
            do throws(SIMTError) {
                _ = try program.run(launch, memory: memory)
                return nil
            } catch {
                return error.code
            }
        }
        let one = SIMTExtent(1)
        #expect(code(SIMTLaunch(kernel: "nobody", grid: one, block: one)) == .unknownKernel)
        #expect(code(SIMTLaunch(kernel: "k", grid: one, block: one)) == .arguments)
        #expect(code(SIMTLaunch(kernel: "k", grid: one, block: one, arguments: [.int32(1)])) == .arguments)
        let pointer = [SIMTArgument.pointer(0)]
        #expect(code(SIMTLaunch(kernel: "k", grid: one, block: SIMTExtent(2048), arguments: pointer)) == .configuration)
        #expect(code(SIMTLaunch(kernel: "k", grid: SIMTExtent(0), block: one, arguments: pointer)) == .configuration)
        #expect(
            code(SIMTLaunch(kernel: "k", grid: one, block: one, dynamicSharedBytes: 1 << 20, arguments: pointer))
                == .configuration)
        #expect(code(SIMTLaunch(kernel: "k", grid: one, block: one, arguments: pointer)) == nil)
    }

    @Test func instructionsWithoutLoweringNameTheirLine() throws {
        let program = try Emulation.program(
            Emulation.kernel(
                pointers: 0, declarations: ".reg .b128 %w<3>;",
                "mov.u64 %Q0, 0;\natom.global.exch.b128 %w0, [%Q0], %w1;\nret;"))
        let refusal = try #require(program.refusal(of: "k"))
        #expect(refusal.code == .unsupported)
        #expect(refusal.opcode == "atom.global.exch.b128")
        #expect(throws: SIMTError.self) {
            try program.run(SIMTLaunch(kernel: "k", grid: SIMTExtent(1), block: SIMTExtent(1)), memory: GlobalMemory())
        }
    }
}
