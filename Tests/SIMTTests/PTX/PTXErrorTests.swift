import Testing

@testable import SIMT

@Suite("PTX errors") struct PTXErrorTests {
    @Test func describesPlaceOpcodeAndHint() {
        let error = PTXError(.unsupported, "unknown opcode", hint: "known: add", line: 7, column: 2, opcode: "ad.s32")
        #expect(error.description == "PTX line 7:2: ad.s32: unknown opcode; known: add")
        #expect(PTXError(.syntax, "wrong", line: 3).description == "PTX line 3: wrong")
    }

    @Test func unknownOpcodesNameTheirNeighbours() throws {
        let error = try #require(PTXTexts.error("mov.b32 %r1, 0;\n  @%p1 shfx.b32 %r1, %r2;"))
        #expect(error.code == .unsupported)
        #expect(error.line == PTXTexts.firstLine + 1)
        #expect(error.column == 8)
        #expect(error.opcode == "shfx.b32")
        #expect(error.hint == "known opcodes nearby: shf shfl")
        let other = try #require(PTXTexts.error("wgmma.fence.sync.aligned;"))
        #expect(other.hint == "known opcodes nearby: wmma")
        #expect(PTXOpcode.near("quux").hasPrefix("known opcodes: abs "))
    }

    @Test func unknownModifiersNameTheKnownOnes() throws {
        let error = try #require(PTXTexts.error("add.turbo.s32 %r1, %r2, %r3;"))
        #expect(error.code == .unsupported)
        #expect(error.message == "unknown modifier .turbo")
        #expect(error.hint == "known: .cc .sat")
    }

    @Test(
        arguments: [
            ("mov.b32 %r1, 0\nret;", PTXError.Code.syntax, 1), ("mov.b32 %r1, ;", .syntax, 0),
            ("mov.b32 %r1 0;", .syntax, 0), ("ret;\n.surprise 3;", .unsupported, 1), ("ret;\n]", .syntax, 1),
            ("ld.global.b32 %r1, [%d1;", .syntax, 0), ("ld.global.b32 %r1, [%d1, {%r1}];", .unsupported, 0),
            ("mov.b32 {%h1, %h2, %r1;", .syntax, 0), ("mov.b32 %r1, %tid.q;", .undeclared, 0),
            ("mov.b32 %r1, unknown;", .undeclared, 0), ("ret;\nmov.b32 %z1, 0;", .undeclared, 1),
            (".reg .v4 .f32 %v;", .unsupported, 0), (".reg .b32 %x<;", .syntax, 0), (".shared .b8 x[-1];", .syntax, 0),
            (".shared .b8 x[1] = {1};", .syntax, 0), (".pragma nounroll;", .syntax, 0), (".loc 1 2", .syntax, 1),
            ("ret;\n{ ret;", .syntax, -2),
        ])
    func bodies(text: String, code: PTXError.Code, offset: Int) throws {
        let error = try #require(PTXTexts.error(text))
        #expect(error.code == code, "\(error)")
        #expect(error.line == PTXTexts.firstLine + offset, "\(error)")
    }

    @Test(
        arguments: [
            ("", PTXError.Code.syntax, 1), ("\n.target sm_80", .syntax, 2), (".version 8", .syntax, 1),
            (".version 8.5\n.target 80", .syntax, 2), (".version 8.5\n\nret;", .syntax, 3),
            (".version 8.5\n.texref t;", .unsupported, 2), (".version 8.5\n.entry k()\nret;", .syntax, 3),
            (".version 8.5\n.entry k(.b32 a) { ret; }", .syntax, 2),
            (".version 8.5\n.global .b32 a;\n.global .b32 a;", .redeclared, 3),
            (".version 8.5\n.entry k() { ret; }\n.entry k() { ret; }", .redeclared, 3),
            (".version 8.5\n.global .b32 k;\n.entry k() { ret; }", .redeclared, 3),
            (".version 8.5\n.global .pred p;", .unsupported, 2),
            (".version 8.5\n.global .b8 a[2] = {1, 2, 3};", .syntax, 2),
            (".version 8.5\n.global .u64 a = b;", .undeclared, 2),
            (".version 8.5\n.global .align 3 .b8 a;", .syntax, 2),
            (".version 8.5\n.global .b8 a[99999999999999999999];", .lexical, 2),
            (".version 8.5\n.global .b8 a[1099511627776][1099511627776];", .syntax, 2),
            (".version 8.5\n.section .debug_str { .b8 1", .syntax, 2), (".version 8.5\n.file x", .syntax, 2),
            (".version 8.5\n.entry k() .surprise { ret; }", .unsupported, 2),
        ])
    func modules(text: String, code: PTXError.Code, line: Int) throws {
        let error = try #require(PTXTexts.error(in: text))
        #expect(error.code == code, "\(error)")
        #expect(error.line == line, "\(error)")
    }

    @Test func everyPrefixOfATextIsRefusedOrRead() {
        let text = Array(PTXTexts.module("@%p1 ld.global.v2.b32 {%r1, _}, [%d1+4];\nL: bra L; // end\nret;").utf8)
        for length in 0...text.count {
            let prefix = String(decoding: text.prefix(length), as: UTF8.self)
            if let error = PTXTexts.error(in: prefix) {
                let lines = prefix.split(separator: "\n", omittingEmptySubsequences: false).count
                #expect((1...lines).contains(error.line))
            } else {
                #expect(length >= text.count - 1 || !prefix.contains("{"))
            }
        }
    }
}
