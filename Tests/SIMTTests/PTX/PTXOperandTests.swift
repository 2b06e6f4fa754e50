import Testing

@testable import SIMT

@Suite("PTX operands") struct PTXOperandTests {
    private func register(_ index: Int, _ type: PTXType) -> PTXOperand {
        .register(PTXRegister(index: index, type: type))
    }

    @Test func guardsArePredicates() throws {
        let plain = try PTXTexts.instruction("@%p3 mov.b32 %r1, 0;")
        #expect(plain.predicate == PTXGuard(register: PTXRegister(index: 0, type: .pred), isNegated: false))
        #expect(try PTXTexts.instruction("@!%p3 mov.b32 %r1, 0;").predicate?.isNegated == true)
        #expect(try PTXTexts.instruction("mov.b32 %r1, 0;").predicate == nil)
        #expect(PTXTexts.error("@%r1 mov.b32 %r1, 0;")?.code == .operand)
    }

    @Test func addressesHaveBaseAndOffset() throws {
        let space = PTXSymbol(owner: .function, index: 0, space: .shared, name: "tile")
        let cases: [(String, PTXAddress)] = [
            ("[%d1]", PTXAddress(base: .register(PTXRegister(index: 1, type: .b64)), offset: 0)),
            ("[%d1+16]", PTXAddress(base: .register(PTXRegister(index: 1, type: .b64)), offset: 16)),
            ("[%d1+-16]", PTXAddress(base: .register(PTXRegister(index: 1, type: .b64)), offset: -16)),
            ("[%d1-8]", PTXAddress(base: .register(PTXRegister(index: 1, type: .b64)), offset: -8)),
            ("[%d1 + 4*2]", PTXAddress(base: .register(PTXRegister(index: 1, type: .b64)), offset: 8)),
            ("[tile+4]", PTXAddress(base: .symbol(space), offset: 4)),
            ("[0x10]", PTXAddress(base: .absolute, offset: 16)),
        ]
        for (text, address) in cases {
            #expect(try PTXTexts.instruction("ld.shared.b32 %r1, \(text);").operands[1] == .address(address), "\(text)")
        }
    }

    @Test func vectorsMayDropElements() throws {
        let load = try PTXTexts.instruction("ld.global.v4.b32 {%r1, _, %r2, %r1}, [%d1];")
        #expect(
            load.operands[0] == .vector([register(0, .b32), .sink, register(1, .b32), register(0, .b32)]))
        let store = try PTXTexts.instruction("st.global.v2.f32 [%d1], {%f1, 0f3F800000};")
        #expect(store.operands[1] == .vector([register(1, .f32), .immediate(.single(0x3F80_0000))]))
    }

    @Test func pairsAndNegatedPredicates() throws {
        let compare = try PTXTexts.instruction("setp.lt.and.s32 %p1|%p2, %r1, WARP_SZ, !%p3;")
        #expect(
            compare.operands == [
                .pair(register(0, .pred), register(1, .pred)), register(2, .b32), .immediate(.integer(32)),
                .negated(PTXRegister(index: 3, type: .pred)),
            ])
        let shuffle = try PTXTexts.instruction("shfl.sync.idx.b32 %r1|%p1, %r2, 0, 31, -1;")
        #expect(shuffle.operands[0] == .pair(register(0, .b32), register(1, .pred)))
        #expect(shuffle.operands[4] == .immediate(.integer(-1)))
    }

    @Test func symbolsGiveAddressesAsValues() throws {
        let global = PTXSymbol(owner: .module, index: 0, space: .global, name: "word")
        #expect(try PTXTexts.instruction("mov.u64 %d1, word;").operands[1] == .symbol(global, offset: 0))
        #expect(try PTXTexts.instruction("cvta.global.u64 %d1, word+8;").operands[1] == .symbol(global, offset: 8))
        #expect(try PTXTexts.instruction("mov.u32 %r1, tile;").operands[1].registers.isEmpty)
        #expect(try PTXTexts.instruction("mov.u64 %d1, k;").operands[1] == .function("k"))
        #expect(try PTXTexts.instruction("mov.u32 %r1, %tid.x;").operands[1] == .special(.tid(.x)))
        #expect(try PTXTexts.instruction("mov.u32 %r1, %laneid;").operands[1] == .special(.laneid))
    }

    @Test func readAndWrittenRegisters() throws {
        let atom = try PTXTexts.instruction("@%p1 atom.global.cas.b32 %r1, [%d1+4], %r2, %r3;")
        #expect(atom.written.map(\.index) == [1])
        #expect(atom.read.map(\.index) == [0, 2, 3, 4])
        let store = try PTXTexts.instruction("st.shared.v2.b32 [%r1], {%r2, 7};")
        #expect(store.written.isEmpty)
        #expect(store.read.map(\.index) == [0, 1])
        let unpack = try PTXTexts.instruction("mov.b64 {%r1, %r2}, %d1;")
        #expect(unpack.written.map(\.index) == [0, 1])
        #expect(unpack.read.map(\.index) == [2])
        let shuffle = try PTXTexts.instruction("shfl.sync.up.b32 %r1|%p1, %r2, %r3, 0, %r4;")
        #expect(shuffle.written.map(\.index) == [0, 1])
    }
}
