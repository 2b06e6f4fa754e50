import Testing

@testable import CUDAToolchain

@Suite("Compiler log")
struct CompilerLogTests {
    private func diagnostics(_ fixture: String, _ file: String, ptx: String = "") throws -> [CUDADiagnostic] {
        let source = CUDASource(name: file, text: "")
        return CompilerLog(try Fixture.text(fixture), source: source, ptx: ptx).diagnostics
    }

    @Test("places, numbers and columns of the front end's messages")
    func frontEnd() throws {
        let found = try diagnostics("identifier.log", "identifier.cu")
        #expect(
            found == [
                CUDADiagnostic(
                    severity: .error, origin: .compiler, message: "identifier \"undefinedThing\" is undefined",
                    file: "identifier.cu", line: 2, column: 12),
                CUDADiagnostic(
                    severity: .error, origin: .compiler, message: "expected a \";\"", file: "identifier.cu", line: 5,
                    column: 1),
                CUDADiagnostic(
                    severity: .warning, origin: .compiler,
                    message: "variable \"unused\" was declared but never referenced", file: "identifier.cu", line: 3,
                    column: 9, number: "177-D"),
            ])
        #expect(found[0].description == "identifier.cu:2:12: error: identifier \"undefinedThing\" is undefined")
    }

    @Test("the instantiation that led to a message is kept with it")
    func instantiation() throws {
        let found = try diagnostics("template.log", "template.cu")
        #expect(found.map(\.severity) == [.error, .note, .error])
        #expect(found[2].line == 3)
        #expect(found[2].notes == ["detected during instantiation of \"T twice(T) [with T=float]\" at line 6"])
    }

    @Test("messages about headers, missing files and #error")
    func others() throws {
        #expect(try diagnostics("header.log", "header.cu").first?.file == "mine.h")
        let missing = try diagnostics("nofile.log", "nofile.cu")
        #expect(missing.map(\.message) == ["cannot open source file \"not-there.h\""])
        #expect(missing.first?.severity == .error)
        let stop = try diagnostics("hash.log", "hash.cu")
        #expect(stop.map(\.message) == ["#error directive: \"stop here\""])
        #expect(try diagnostics("warning.log", "warning.cu").map(\.severity) == [.warning, .warning, .warning])
    }

    @Test("the assembler's lines are led to those of the source")
    func assembler() throws {
        let ptx = """
            .visible .entry k(
            \t.param .u64 k_param_0
            )
            {
            \t.loc\t1 1 0
            \tld.param.u64 \t%rd1, [k_param_0];
            \t.loc\t1 3 5
            \tnot.an.instruction %f1;
            \t.loc\t1 4 5
            }
            \t.file\t1 "/tmp/kernels/assembly.cu"
            """
        let log =
            "ptxas application ptx input, line 8; error   : Unknown modifier '.an'\n"
            + "ptxas fatal   : Ptx assembly aborted due to errors\n"
        let source = CUDASource(name: "assembly.cu", text: "")
        let expected = CUDADiagnostic(
            severity: .error, origin: .assembler, message: "Unknown modifier '.an'", file: "assembly.cu", line: 3)
        #expect(CompilerLog(log, source: source, ptx: ptx).diagnostics == [expected])
        let limit = try Fixture.text("shared.log")
        let found = CompilerLog(limit, source: source, ptx: ptx).diagnostics
        #expect(found.map(\.line) == [1])
        #expect(found.first?.message.hasPrefix("Entry function 'k' uses too much shared data") == true)
    }

    @Test("a call in a header is led to the user's line that it was inlined into")
    func inlined() {
        let ptx = """
            .entry k(
            \t.loc\t2 77 5, function_name $L__info_string0, inlined_at 1 9 3
            \tbad;
            .file\t1 "/there/k.cu"
            .file\t2 "/usr/include/cuda_fp16.hpp"
            """
        let source = CUDASource(name: "k.cu", text: "")
        let found = CompilerLog("ptxas application ptx input, line 3; error : x", source: source, ptx: ptx).diagnostics
        #expect(found.map(\.file) == ["k.cu"])
        #expect(found.map(\.line) == [9])
    }

    @Test("several errors of the assembler, without its last word")
    func unsupported() throws {
        let found = try diagnostics("async-sm75.log", "async.cu")
        #expect(found.count == 6)
        #expect(found.allSatisfy { $0.severity == .error && $0.message.contains("requires .target sm_80") })
    }

    @Test("reports are no messages, warnings about spills are")
    func report() throws {
        let found = try diagnostics("spill-sm86.assembler", "spill.cu")
        #expect(found.map(\.severity) == [.warning, .warning])
    }

    @Test(
        "NVRTC's own words",
        arguments: [
            "unrecognized option --no-such-option found", "invalid value for --gpu-architecture (-arch)",
        ])
    func driver(message: String) {
        let source = CUDASource(name: "k.cu", text: "")
        let found = CompilerLog("nvrtc: error: \(message)", source: source, ptx: "").diagnostics
        #expect(found == [CUDADiagnostic(severity: .error, origin: .driver, message: message)])
    }

    @Test(
        "odd lines are passed over",
        arguments: [
            "", "\n\n", "^", "   ^", "(): error: x", "a(b): error: x", "a(99999999999999999999): error: x", "ptxas ",
            "ptxas", "ptxas error", "ptxas application ptx input, line 999999999999999999999; error   : x", "nvrtc: ",
            "): ): ): ", ":",
        ])
    func odd(text: String) {
        let source = CUDASource(name: "k.cu", text: "")
        let found = CompilerLog(text, source: source, ptx: ".loc\n.file\n.entry\n").diagnostics
        #expect(found.allSatisfy { $0.line == nil })
    }
}
