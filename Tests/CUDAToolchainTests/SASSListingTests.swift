import CUDAToolchain
import Testing

@Suite("Machine code listings")
struct SASSListingTests {
    @Test("functions, guards, modifiers, operands, lines and encodings")
    func disassembly() throws {
        let listing = SASSListing(try Fixture.text("basic-sm86.nvdisasm"))
        #expect(listing.target == "sm_86")
        #expect(listing.functions.map(\.name) == ["copy4", "saxpy"])
        #expect(listing.functions.allSatisfy { $0.isKernel })
        let copy = try #require(listing["copy4"])
        #expect(copy.instructions.count == 24)
        let load = try #require(copy.instructions.first { $0.opcode == "LDG" })
        #expect(load.mnemonic == "LDG.E.128.CONSTANT")
        #expect(load.operands == "R8, [R2.64]")
        #expect(load.address == 0x70)
        #expect(load.predicate == nil)
        #expect(load.locations == [SASSLocation(file: "/tmp/kernels/basic.cu", line: 9)])
        #expect(load.access == SASSAccess(space: .global, direction: .load, bytes: 16))
        #expect(load.control?.stallCycles == 1)
        #expect(load.control?.writeBarrier == 2)
        #expect(load.control?.readBarrier == nil)
        // The next user of the loaded register waits for that scoreboard.
        #expect(copy.instructions.first { $0.address == 0x90 }?.control?.waits == [2])
        let saxpy = try #require(listing["saxpy"])
        let branch = try #require(saxpy.instructions.first { $0.address == 0x110 })
        #expect(branch.predicate == "!P0")
        #expect(branch.isGuarded)
        #expect(branch.targets == [0x70])
    }

    @Test("cuobjdump's listing has the same instructions")
    func objectDump() throws {
        let one = SASSListing(try Fixture.text("basic-sm86.nvdisasm"))
        let other = SASSListing(try Fixture.text("basic-sm86.cuobjdump"))
        #expect(other.target == "sm_86")
        #expect(other.functions.map(\.name) == one.functions.map(\.name))
        for (left, right) in zip(one.functions, other.functions) {
            #expect(left.instructions.map(\.mnemonic) == right.instructions.map(\.mnemonic))
            #expect(left.instructions.map(\.targets) == right.instructions.map(\.targets))
            #expect(left.instructions.map(\.control) == right.instructions.map(\.control))
        }
    }

    @Test("files get other names")
    func renaming() throws {
        let source = CUDASource(name: "basic.cu", text: "")
        let listing = SASSListing(try Fixture.text("basic-sm86.nvdisasm")).renamingFiles(source.shortened)
        let locations = listing.functions.flatMap(\.instructions).flatMap(\.locations)
        #expect(!locations.isEmpty)
        #expect(locations.allSatisfy { $0.file == "basic.cu" })
        let copy = try #require(listing["copy4"])
        #expect(copy.instructions(of: SASSLocation(file: "basic.cu", line: 10)).map(\.mnemonic) == ["FADD"])
        let mixes = copy.mixes(byLineOf: "basic.cu")
        #expect(mixes[10]?.count == 1)
        #expect(mixes[11]?.bytes(.global, .store) == 16)
        #expect(mixes.values.reduce(0) { $0 + $1.count } == copy.instructions.count)
    }

    @Test("an inlined function's line comes before its caller's")
    func inlining() {
        let listing = SASSListing(
            """
            .text.k:
            \t//## File "/a/k.cu", line 2 inlined at "/a/k.cu", line 9
            \t//## File "/a/k.cu", line 9
                    /*0000*/                   FMUL R0, R0, 0.5 ;
                    /*0010*/                   FADD R0, R0, 1 ;
            \t//## File "/a/k.cu", line 10
                    /*0020*/                   EXIT ;
            """)
        let instructions = listing["k"]?.instructions ?? []
        #expect(instructions.map { $0.locations.map(\.line) } == [[2, 9], [2, 9], [10]])
    }

    @Test("jump tables and calls have their targets")
    func tables() throws {
        let loops = try #require(SASSListing(try Fixture.text("loops-sm86.nvdisasm"))["loops"])
        let table = try #require(loops.instructions.first { $0.opcode == "BRX" })
        #expect(table.targets == [0x1c0, 0x1e0, 0x200, 0x220, 0x190])
        let calls = loops.instructions.filter { $0.opcode == "CALL" }
        #expect(calls.map(\.targets) == [[0x4c0], [0x4c0]])
        #expect(loops.entries == [0, 0x4c0])
    }

    @Test("instructions that never run are marked")
    func padding() throws {
        let async = try #require(SASSListing(try Fixture.text("async-sm90.nvdisasm"))["async"])
        #expect(async.instructions.filter(\.neverRuns).map(\.opcode) == ["LDS", "LDS", "LDS", "UIADD3", "UIADD3"])
        #expect(SASSMix(async.instructions)[.shared] == 1)
    }

    @Test(
        "odd lines are passed over",
        arguments: [
            "", "/*", "/**/", "/*zz*/ MOV R0, R1 ;", "/*0000*/", "/*0000*/ ;", "/*0000*/ @P0", "/*0000*/ @P0 ;",
            "/*-10*/ MOV ;", "/* 0x */", "/*0x*/", "//## File ", "//## File \"x\", line", ".target", ".other", ":",
            "Function : ", "/*ffffffffffffffffffff*/ MOV R0, R1 ;", "/*0000*/ BRA `( ;",
            "/*0000*/ BRX R2 (*\"BRANCH_TARGETS ;",
        ])
    func odd(line: String) {
        for text in [line, ".text.k:\n" + line, ".text.k:\n/*0000*/ EXIT ;\n" + line] {
            let listing = SASSListing(text)
            #expect(listing.functions.count <= 2)
            #expect(listing.functions.allSatisfy { $0.loops.isEmpty })
        }
    }
}
