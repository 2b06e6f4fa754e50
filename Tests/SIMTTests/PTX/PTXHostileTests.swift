import Testing

@testable import SIMT

/// Inline assembly comes through the CUDA compiler unchecked, so no text may bring the parser down.
@Suite("Hostile PTX") struct PTXHostileTests {
    @Test(
        arguments: [
            ("mov.b32 %r1, " + String(repeating: "(", count: 20_000) + "1;", PTXError.Code.unsupported),
            ("mov.b32 %r1, " + String(repeating: "- ", count: 20_000) + "1;", .unsupported),
            ("mov.b32 %r1, " + String(repeating: "1?2:", count: 20_000) + "1;", .unsupported),
            ("mov.b32 " + String(repeating: "{", count: 20_000) + "%r1;", .syntax),
            (".shared .b8 x" + String(repeating: "[1]", count: 20_000) + ";", .unsupported),
            (String(repeating: "{", count: 20_000) + "mov.b32 %r1, 0;", .unsupported),
        ])
    func deepNestingIsRefused(text: String, code: PTXError.Code) {
        #expect(PTXTexts.error(text)?.code == code)
    }

    @Test func hugeSizesCostNothing() throws {
        let kernel = try PTXTexts.kernel(
            ".reg .b32 %huge<2147483647>; .shared .b8 big[1099511627776]; mov.b32 %huge2147483646, 0;")
        #expect(kernel.registers.count == 1)
        #expect(kernel.variables.last?.byteCount == 1 << 40)
        #expect(PTXTexts.error(in: PTXTexts.head + ".global .b8 x[1099511627776] = {1};")?.code == .unsupported)
    }

    @Test(
        arguments: [
            (".global .b8 x[][1099511627776][1099511627776] = {1};", PTXError.Code.syntax),
            (".global .b8 x[][][1099511627776] = {{1}};", .syntax),
            (".global .b8 x[1048576][1048576][1048576] = {1};", .syntax),
            (".global .b8 x[140000000] = {1};\n.global .b8 y[140000000] = {1};", .unsupported),
            (
                ".func f(.param .b32 a);\n.entry k() { .param .b32 x; call f, (x); ret; }\n.func f() { ret; }",
                .redeclared
            ),
            (".func f(.param .b32 a);\n.entry f(.param .b32 a) { ret; }", .redeclared),
        ])
    func whatDoesNotFitTogetherIsRefused(text: String, code: PTXError.Code) {
        #expect(PTXTexts.error(in: PTXTexts.head + text)?.code == code)
    }

    @Test func longNamesAndListsCostLittle() throws {
        let digits = String(repeating: "1", count: 200_000)
        let modifiers = String(repeating: ".f16", count: 200_000)
        #expect(PTXTexts.error("mov.b32 %r\(digits), 0;")?.code == .undeclared)
        #expect(PTXTexts.error("add\(modifiers) %r1, %r1, %r1;")?.code == .unsupported)
        #expect(PTXTexts.error("mov.b32 %r1, {1, 2, 3, 4, 5, 6, 7, 8};")?.code == .operand)
        let chain = (1...100).map { ".loc 1 \($0 + 1) 1, function_name F, inlined_at 1 \($0) 1\nmov.b32 %r1, 0;" }
        let kernel = try PTXTexts.kernel(chain.joined(separator: "\n"))
        let last = try #require(kernel.instructions.last?.location)
        #expect(last.inlinedAt.map(\.line) == Array((69...100).reversed()))
    }

    @Test(arguments: 0..<8) func mutilatedTextsAreRefusedOrRead(seed: UInt64) {
        var state = (seed + 1) &* 0x9E37_79B9_7F4A_7C15
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % bound
        }
        let texts = [
            PTXKernels.half, PTXKernels.sgemm,
            PTXTexts.module("LOOP: add.s32 %r1, %r1, ( 1 + 2 ) * - 3 ; @ %p1 bra LOOP ; call k , ( %d1 , %r1 ) ;"),
        ]
        let words = texts[Int(seed) % 3].split(omittingEmptySubsequences: false) { $0 == " " || $0 == "\t" }
            .map(String.init)
        for _ in 0..<25 {
            var mutated = words
            for _ in 0...random(4) {
                let (from, to) = (random(mutated.count), random(mutated.count))
                switch random(3) {
                case 0: mutated.remove(at: to)
                case 1: mutated[to] = mutated[from]
                default: mutated.swapAt(from, to)
                }
            }
            let text = mutated.joined(separator: " ")
            if let error = PTXTexts.error(in: text) {
                #expect(error.line >= 1 && !error.message.isEmpty)
            }
        }
    }
}
