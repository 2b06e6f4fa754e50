import Testing

@testable import SIMT

@Suite("PTX source locations") struct PTXLocationTests {
    private let text =
        PTXTexts.head
            + """
            .file 1 "kernel.cu"
            .entry k() {
            .reg .b32 %r<4>;
            mov.b32 %r1, 0;
            .loc 1 20 5
            mov.b32 %r1, 1;
            mov.b32 %r1, 2;
            .loc 1 30 9, function_name $outer, inlined_at 1 20 5
            mov.b32 %r1, 3;
            .loc 2 7 1, function_name $outer+6, inlined_at 1 30 9
            mov.b32 %r1, 4;
            .loc 1 40 0
            ret;
            }
            .file 2 "header.h"
            .section .debug_str
            {
            $outer:
            .b8 111,117,116,101,114,0
            .b8 105,110,0
            }
            """

    @Test func instructionsKeepTheLastLocation() throws {
        let module = try PTXModule(parsing: text)
        let locations = module.functions[0].instructions.map(\.location)
        #expect(locations[0] == nil)
        #expect(locations[1] == PTXSourceLocation(file: 1, line: 20, column: 5))
        #expect(locations[2] == locations[1])
        #expect(locations[5] == PTXSourceLocation(file: 1, line: 40, column: 0))
        #expect(module.files == [1: "kernel.cu", 2: "header.h"])
    }

    @Test func inlinedCodeKnowsItsFunctionAndCallers() throws {
        let instructions = try PTXModule(parsing: text).functions[0].instructions
        #expect(
            instructions[3].location
                == PTXSourceLocation(
                    file: 1, line: 30, column: 9, function: "outer",
                    inlinedAt: [PTXSourcePosition(file: 1, line: 20, column: 5)]))
        #expect(
            instructions[4].location
                == PTXSourceLocation(
                    file: 2, line: 7, column: 1, function: "in",
                    inlinedAt: [
                        PTXSourcePosition(file: 1, line: 30, column: 9),
                        PTXSourcePosition(file: 1, line: 20, column: 5),
                    ]))
    }

    @Test func instructionsKnowTheirLineOfText() throws {
        let instructions = try PTXModule(parsing: text).functions[0].instructions
        #expect(instructions.map(\.line) == [7, 9, 10, 12, 14, 16])
        #expect(try PTXTexts.instruction("\n\n@%p1\nmov.b32 %r1, 0;").line == PTXTexts.firstLine + 2)
        #expect(try PTXTexts.instruction("mov.b32 %r1, 0;").opcode == "mov.b32")
    }
}
