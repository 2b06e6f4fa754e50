import Rendering
import Testing

@testable import Evaluation

/// CUDA sources may hold the few instructions that tensor cores need, and no other assembly.
@Suite("Inline PTX") struct InlinePTXTests {
    private func scan(
        _ statement: String, _ language: Solution.Target.Language = .cuda, head: String = "", options: [String] = []
    ) -> SourceScan {
        let source = head + "__device__ void f(unsigned int &d, float x, float y) { \(statement) }"
        return SourceScan(
            Solution(
                name: "s", workload: "w", target: .init(language: language, profile: "gpu"),
                sources: [.init(path: "k.cu", content: source)], options: options, launches: [], author: "test"))
    }

    private let conversion = #"asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(d) : "f"(x));"#

    @Test("products and conversions pass, and tell their types")
    func allowed() {
        let product = """
            asm volatile(
                "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1}, {%2}, {%3}, {%0, %1};" : "+r"(d));
            """
        #expect(scan(conversion).finding == nil)
        #expect(scan(#"asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(d) : "f"(x), "f"(y));"#).finding == nil)
        let found = scan(product)
        #expect(found.finding == nil)
        #expect(found.precision.narrowTypes == ["bf16"])
    }

    @Test(
        "everything else is refused",
        arguments: [
            #"asm("trap;");"#, #"asm("mov.u32 %0, %clock;" : "=r"(d));"#,
            #"asm("cvt.rna.tf32.f32 %0, %1; trap;" : "=r"(d));"#,
            #"asm("cvt.rna.tf32.f32 %0, [%1];" : "=r"(d));"#, #"asm("cvt.rna.tf32.f32 %0, %1;\n trap;" : "=r"(d));"#,
            #"asm("cvt.rna.tf32.f32 %0, %1;" "trap;" : "=r"(d));"#, #"asm("cvt.rna.tf32.f32 %clock, %1;" : "=r"(d));"#,
            #"asm goto("cvt.rna.tf32.f32 %0, %1;" : "=r"(d));"#, #"asm(R"(trap;)" : "=r"(d));"#, #"asm("" : "=r"(d));"#,
            #"__asm__("cvt.rna.tf32.f32 %0, %1;" : "=r"(d) : "f"(x));"#,
            #"asm("cvt.rna.tf32.f32@p trap %0;" : "=r"(d));"#,
        ])
    func refused(_ statement: String) {
        #expect(scan(statement).finding?.rule == .inlineAssembly, "\(statement)")
    }

    @Test("macros cannot change what a statement says")
    func macros() {
        let product = conversion.replacing("asm(", with: "asm volatile(")
        #expect(scan(product).finding == nil)
        let head = "#define volatile\n"
        #expect(scan(product, head: head).finding?.rule == .inlineAssembly)
        #expect(scan(product, options: ["-Dvolatile=x"]).finding?.rule == .inlineAssembly)
        #expect(scan("X;", head: "#define X \(conversion)\n").finding?.rule == .inlineAssembly)
    }

    @Test("OpenCL has no such words")
    func otherLanguages() {
        #expect(scan(conversion, .opencl).finding?.rule == .inlineAssembly)
    }
}
