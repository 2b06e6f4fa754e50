import Testing

@testable import SIMT

/// Kernels that are made to bring the emulator down, or to keep it for ever.
@Suite struct HostileKernelTests {
    private func refusal(_ text: String) throws -> PTXError? { try Emulation.program(text).refusal(of: "k") }

    @Test func aKernelMayEndWithoutReturning() throws {
        let body = "mov.u32 %r0, 7;\n" + Emulation.store("u32", 0, "%r0", bytes: 4)
        #expect(try Emulation.words(body, threads: 96, blocks: 2) == Array(repeating: 7, count: 192))
    }

    @Test(arguments: [
        // Lanes part and meet at every turn, so that no part of the warp uses up its budget.
        "LOOP:\n@%p0 bra SKIP;\nadd.u32 %r1, %r1, 1;\nSKIP:\nbra LOOP;",
        "LOOP:\ncall.uni nothing;\nbra LOOP;",
    ])
    func loopsMeetTheLimit(_ loop: String) throws {
        var options = SIMTOptions()
        options.instructionLimit = 1000
        let text =
            ".func nothing() { ret; }\n"
            + Emulation.kernel(pointers: 0, "and.b32 %r0, %t, 1;\nsetp.eq.u32 %p0, %r0, 0;\n" + loop)
        let report = try Emulation.run(text, GlobalMemory(), [], block: SIMTExtent(64), options: options)
        #expect(report.faults.first?.kind == .instructionLimit)
    }

    @Test func sizesThatNoDeviceHasAreRefused() throws {
        let start = ".visible .entry k("
        for text in [
            start + ".param .b8 a[1048576]) { ret; }", ".global .b8 a[268435457];\n" + start + ") { ret; }",
            start + ") { .local .b8 a[524289]; ret; }", start + ") { .local .b8 a[1099511627776]; ret; }",
        ] {
            #expect(try refusal(text)?.code == .unsupported, "\(text)")
        }
        let shared = try Emulation.program(start + ") { .shared .b8 a[1099511627776]; ret; }")
        let one = SIMTExtent(1)
        #expect(throws: SIMTError.self) {
            try shared.run(SIMTLaunch(kernel: "k", grid: one, block: one), memory: GlobalMemory())
        }
    }

    @Test func longChainsOfCallsAreRefused() throws {
        var text = ".func f0() { ret; }\n"
        for number in 1..<3000 { text += ".func f\(number)() { call f\(number - 1); ret; }\n" }
        #expect(try refusal(text + ".visible .entry k() { call f900; ret; }") == nil)
        #expect(try refusal(text + ".visible .entry k() { call f2999; ret; }")?.code == .unsupported)
    }

    @Test func copiesGoToSharedMemoryOnly() throws {
        let text = Emulation.kernel(
            pointers: 1, declarations: ".local .align 16 .b8 depot[64];",
            "cp.async.ca.shared.global [depot], [%P0], 4;\nret;")
        #expect(try refusal(text)?.code == .unsupported)
    }

    @Test func groupsOfCopiesWithoutEndKeepTheirWords() throws {
        func findings(_ wait: String) throws -> [SIMTFault.Kind] {
            let memory = GlobalMemory()
            let input = memory.allocate(byteCount: 128, name: "in")
            var options = SIMTOptions()
            options.sanitizers = .all
            let text = Emulation.kernel(
                pointers: 1, declarations: ".shared .align 16 .b8 s[128];",
                """
                mov.u32 %r0, s;
                mad.lo.u32 %r0, %t, 4, %r0;
                mad.lo.u64 %Q0, %T, 4, %P0;
                cp.async.ca.shared.global [%r0], [%Q0], 4;
                mov.u32 %r1, 0;
                LOOP:
                cp.async.commit_group;
                add.u32 %r1, %r1, 1;
                setp.lt.u32 %p0, %r1, 600;
                @%p0 bra LOOP;
                \(wait)
                ld.shared.u32 %r2, [%r0];
                ret;
                """)
            let report = try Emulation.run(text, memory, [input], options: options)
            #expect(report.isComplete, "\(report.faults)")
            return report.faults.map(\.kind)
        }
        #expect(try findings("") == [.sharedRace])
        #expect(try findings("cp.async.wait_group 0;").isEmpty)
        #expect(try findings("cp.async.wait_group 100;").isEmpty)
    }

    @Test func sanitizersTakeNoEndlessGrid() throws {
        let program = try Emulation.program(".visible .entry k() { ret; }")
        let launch = SIMTLaunch(kernel: "k", grid: SIMTExtent(1 << 30, 65_535, 65_535), block: SIMTExtent(1))
        var options = SIMTOptions()
        options.blocks = [0]
        #expect(try program.run(launch, memory: GlobalMemory(), options: options).blocksCompleted == 1)
        options.sanitizers = .all
        #expect(throws: SIMTError.self) { try program.run(launch, memory: GlobalMemory(), options: options) }
    }
}
