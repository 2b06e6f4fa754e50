import Testing

@testable import SIMT

@Suite("PTX lexer") struct PTXLexerTests {
    private func texts(_ text: String) throws -> [String] {
        try PTXLexer.tokens(of: text).dropLast().map(\.description)
    }

    @Test func opcodesFallApartAtDots() throws {
        let tokens = try PTXLexer.tokens(of: "ld.global.L1::no_allocate.v4.f32 {%f1,_}, [%rd1+-16];")
        #expect(
            tokens.dropLast().map(\.description) == [
                "ld", ".global", ".L1::no_allocate", ".v4", ".f32", "{", "%f1", ",", "_", "}", ",", "[", "%rd1", "+",
                "-", "16", "]", ";",
            ])
        #expect(tokens[0].kind == .identifier)
        #expect(tokens[1].kind == .dotted)
        #expect(tokens[tokens.count - 1].kind == .end)
    }

    @Test func namesHoldPercentDollarAndUnderscore() throws {
        let names = try texts("%tid.x $L__BB0_2: _ZN3abcE __$temp3")
        #expect(names == ["%tid", ".x", "$L__BB0_2", ":", "_ZN3abcE", "__$temp3"])
    }

    @Test func percentWithoutNameIsAnOperator() throws {
        #expect(try texts("7 % 3") == ["7", "%", "3"])
    }

    @Test func commentsVanishAndLinesCount() throws {
        let tokens = try PTXLexer.tokens(of: "// one\n/* two\nthree */ ret\n  ;")
        #expect(tokens.map(\.description) == ["ret", ";", "the end of the text"])
        #expect(tokens[0].line == 3)
        #expect(tokens[0].column == 10)
        #expect(tokens[1].line == 4)
        #expect(tokens[1].column == 3)
    }

    @Test(
        arguments: [
            ("0", 0), ("42", 42), ("0x1F", 31), ("0XffU", 255), ("017", 15), ("0b101", 5), ("7U", 7),
            ("18446744073709551615", UInt64.max), ("0xFFFFFFFFFFFFFFFF", UInt64.max),
        ] as [(String, UInt64)])
    func wholeNumbers(text: String, value: UInt64) throws {
        let token = try PTXLexer.tokens(of: text)[0]
        #expect(token.kind == .integer)
        #expect(token.bits == value)
    }

    @Test func floatsAreBits() throws {
        let tokens = try PTXLexer.tokens(of: "0f3F800000 0FBF000000 0d3FF0000000000000 1.5 2e3 1.25E-2")
        #expect(tokens[0].kind == .single && tokens[0].bits == 0x3F80_0000)
        #expect(tokens[1].kind == .single && tokens[1].bits == 0xBF00_0000)
        #expect(tokens[2].kind == .double && tokens[2].bits == (1.0).bitPattern)
        #expect(tokens[3].kind == .double && tokens[3].bits == (1.5).bitPattern)
        #expect(tokens[4].kind == .double && tokens[4].bits == (2000.0).bitPattern)
        #expect(tokens[5].kind == .double && tokens[5].bits == (0.0125).bitPattern)
    }

    @Test func stringsKeepWhatIsInQuotes() throws {
        let token = try PTXLexer.tokens(of: #".file 1 "a \"b\" // c.cu""#)[2]
        #expect(token.kind == .string)
        #expect(token.text == #"a \"b\" // c.cu"#)
    }

    @Test(
        arguments: [
            ("ret;\n  `", 2, 3), ("\n\n\"open", 3, 1), ("a\n/* open", 2, 1), ("0f3F80", 1, 1),
            ("0d3FF00000000000000", 1, 1), ("18446744073709551616", 1, 1), ("12ab", 1, 1), ("0x", 1, 1), ("089", 1, 1),
            (". x", 1, 1), ("é", 1, 1),
        ])
    func badBytesHaveAPlace(text: String, line: Int, column: Int) {
        let error = #expect(throws: PTXError.self) { try PTXLexer.tokens(of: text) }
        #expect(error?.code == .lexical)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }
}
