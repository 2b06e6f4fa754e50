import Testing

@testable import SIMT

@Suite("PTX constants") struct PTXConstantTests {
    @Test(
        arguments: [
            ("1+2*3", 7), ("(1+2)*3", 9), ("-4", -4), ("--4", 4), ("~0", -1), ("1<<4|1", 17), ("7&3^1", 2),
            ("-8>>1", -4),
            ("10 % 4", 2), ("10/3", 3), ("!5", 0), ("!0", 1), ("2<3", 1), ("3<=2", 0), ("1==1&&2!=2", 0), ("0||3", 1),
            ("1?2:3", 2), ("0?2:0?3:4", 4), ("WARP_SZ*2", 64), ("(.s64)5-6", -1), ("9223372036854775807+1", Int64.min),
            ("8-4-2", 2),
        ] as [(String, Int64)])
    func expressions(text: String, value: Int64) throws {
        var cursor = PTXCursor(try PTXLexer.tokens(of: text + ";"))
        #expect(try cursor.constant() == value)
        #expect(cursor.token.isPunctuation(";"))
    }

    @Test(arguments: ["1/0", "1 % 0", "1+", "(1", "1?2", "x"]) func badExpressions(text: String) throws {
        var cursor = PTXCursor(try PTXLexer.tokens(of: text + ";"))
        #expect(throws: PTXError.self) { try cursor.constant() }
    }

    @Test func immediatesTakeTheTypeOfTheInstruction() {
        #expect(PTXImmediate.integer(-1).bits(as: .s32) == 0xFFFF_FFFF)
        #expect(PTXImmediate.integer(-1).bits(as: .b64) == UInt64.max)
        #expect(PTXImmediate.integer(-1).bits(as: .pred) == 1)
        #expect(PTXImmediate.integer(0x12345).bits(as: .u16) == 0x2345)
        #expect(PTXImmediate.single(0x3F80_0000).bits(as: .f32) == 0x3F80_0000)
        #expect(PTXImmediate.single(0x3F80_0000).bits(as: .f64) == (1.0).bitPattern)
        #expect(PTXImmediate.single(0x3F80_0000).bits(as: .b32) == 0x3F80_0000)
        #expect(PTXImmediate.double((0.1).bitPattern).bits(as: .f32) == UInt64(Float(0.1).bitPattern))
        #expect(PTXImmediate.double((0.1).bitPattern).bits(as: .f64) == (0.1).bitPattern)
    }

    @Test func negativeFloatsFlipTheSign() throws {
        let operands = try PTXTexts.instruction("fma.rn.f32 %f1, -0f3F800000, -1.5, 0f00000000;").operands
        #expect(operands[1] == .immediate(.single(0xBF80_0000)))
        #expect(operands[2] == .immediate(.double((-1.5).bitPattern)))
    }
}
