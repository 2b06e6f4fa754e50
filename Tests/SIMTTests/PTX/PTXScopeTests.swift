import Testing

@testable import SIMT

@Suite("PTX scopes") struct PTXScopeTests {
    @Test func registersAreNumberedWhenUsed() throws {
        let kernel = try PTXTexts.kernel("add.s32 %r7, %r3, %r7; mov.b64 %d1, %d1;")
        #expect(kernel.registers.map(\.name) == ["%r7", "%r3", "%d1"])
        #expect(kernel.instructions[0].operands[0] == .register(PTXRegister(index: 0, type: .b32)))
        #expect(kernel.instructions[0].operands[2] == .register(PTXRegister(index: 0, type: .b32)))
        #expect(kernel.instructions[1].operands[1] == .register(PTXRegister(index: 2, type: .b64)))
    }

    @Test func rangesEndAtTheirCount() throws {
        #expect(try PTXTexts.kernel("mov.b32 %r63, %r0;").registers.count == 2)
        #expect(PTXTexts.error("mov.b32 %r64, 0;")?.code == .undeclared)
        #expect(PTXTexts.error("mov.b32 %r01, 0;")?.code == .undeclared)
    }

    @Test func prefixesMayEndWithDigits() throws {
        let kernel = try PTXTexts.kernel("{ .reg .b32 %x1<3>; .reg .b32 %x<2>; mov.b32 %x12, %x1; mov.b32 %x10, 0; }")
        #expect(kernel.registers.map(\.name) == ["%x12", "%x1", "%x10"])
    }

    @Test func innerBracesHideOuterNames() throws {
        let kernel = try PTXTexts.kernel(
            """
            mov.b32 %r1, 1;
            { .reg .b32 %r1; .reg .f16 low, high; mov.b32 {low, high}, %r1; }
            { .reg .b16 low; mov.b16 low, 2; }
            mov.b32 %r1, 3;
            """)
        #expect(kernel.registers.map(\.name) == ["%r1", "low", "high", "%r1", "low"])
        #expect(kernel.registers.map(\.type) == [.b32, .f16, .f16, .b32, .b16])
        let outer = PTXOperand.register(PTXRegister(index: 0, type: .b32))
        #expect(kernel.instructions[0].operands[0] == outer)
        #expect(kernel.instructions[3].operands[0] == outer)
        #expect(kernel.instructions[1].operands[1] == .register(PTXRegister(index: 3, type: .b32)))
    }

    @Test func namesEndWithTheirBraces() {
        #expect(PTXTexts.error("{ .reg .b32 inner; } mov.b32 inner, 0;")?.code == .undeclared)
        #expect(PTXTexts.error(".reg .b32 twice; .reg .b32 twice;")?.code == .redeclared)
        #expect(PTXTexts.error(".reg .b32 %r<4>;")?.code == .redeclared)
        #expect(PTXTexts.error("L: L: ret;")?.code == .redeclared)
    }

    @Test func labelsBelongToTheirBraces() throws {
        let kernel = try PTXTexts.kernel(
            """
            { WAIT: @%p1 bra DONE; bra WAIT; DONE: }
            { WAIT: @%p1 bra DONE; bra WAIT; DONE: }
            bra END;
            END:
            """)
        let targets = kernel.instructions.map(\.targets)
        #expect(targets == [[2], [0], [4], [2], [5]])
        #expect(kernel.labels.count == 5)
        #expect(kernel.labels.last == PTXLabel(name: "END", instruction: 5))
        #expect(PTXTexts.error("{ INNER: ret; } bra INNER;")?.code == .undeclared)
        #expect(try PTXTexts.kernel("OUTER: { bra OUTER; }").instructions[0].targets == [0])
    }

    @Test func variablesOfBracesJoinTheFunction() throws {
        let kernel = try PTXTexts.kernel(
            "{ .param .b32 param0; st.param.b32 [param0], 1; } { .param .b64 param0; st.param.b64 [param0+0], %d1; }")
        let blocks = kernel.variables.filter { $0.space == .param }
        #expect(blocks.map(\.type) == [.b32, .b64])
        guard case .address(let address) = kernel.instructions[1].operands[0],
            case .symbol(let symbol) = address.base
        else {
            Issue.record("no address of a symbol")
            return
        }
        #expect(symbol.owner == .function)
        #expect(kernel.variables[symbol.index].type == .b64)
    }
}
