import Rendering
import Testing

@testable import Evaluation

@Suite("Source scan") struct SourceScanTests {
    private func scan(_ source: String, options: [String] = []) -> SourceScan {
        SourceScan(
            Solution(
                name: "s", workload: "w", target: .init(language: .opencl, profile: "cpu"),
                sources: [.init(path: "k.cl", content: source)], options: options, launches: [], author: "test"))
    }

    private func rule(_ source: String, options: [String] = []) -> SourceRule? {
        scan(source, options: options).finding?.rule
    }

    @Test("inline assembly is found behind every disguise of the lexer")
    func assembly() {
        #expect(rule("void f() { __asm__(\"nop\"); }") == .inlineAssembly)
        #expect(rule("void f() { __a\\\nsm__(\"nop\"); }") == .inlineAssembly)
        #expect(rule("void f() { __a??/\nsm(\"nop\"); }") == .inlineAssembly)
        #expect(rule("#define X asm\nvoid f() { X(\"nop\"); }") == .inlineAssembly)
        #expect(rule("void f() { X(\"nop\"); }", options: ["-DX=asm"]) == .inlineAssembly)
        #expect(rule("#define P(a, b) a##b\nvoid f() { P(__as, m__)(\"nop\"); }") == .inlineAssembly)
        #expect(rule("%:define P(a, b) a%:%:b\nvoid f() { P(as, m)(\"nop\"); }") == .inlineAssembly)
        #expect(rule("int x = 4 / 2; /* // */ void f() { asm(\"nop\"); }") == .inlineAssembly)
        #expect(rule("__constant char c = '\"'; void f() { asm(\"nop\"); }") == .inlineAssembly)
    }

    @Test("words in comments, in strings and inside other words are nothing")
    func harmless() {
        #expect(rule("// asm\n/* asm(\"nop\") */ __kernel void k() {}") == nil)
        #expect(rule("__constant char text[] = \"asm\"; __kernel void k() { int asmall = 0; }") == nil)
        #expect(rule("#define P(a, b) a##b\n__kernel void k() { float P(x, 1) = 0, a = 0, s = 0, m = 0; }") == nil)
    }

    @Test("the renderer's own instructions are let pass, in CUDA C++, alone and as they are")
    func knownAssembly() throws {
        func cuda(_ body: String, options: [String] = []) -> SourceRule? {
            SourceScan(
                Solution(
                    name: "s", workload: "w", target: .init(language: .cuda, profile: "any"),
                    sources: [.init(path: "k.cu", content: "__device__ void f(void *p) { \(body) }")], options: options,
                    launches: [], author: "test")
            ).finding?.rule
        }
        let known = "asm volatile(\"cp.async.commit_group;\" : : : \"memory\");"
        for instruction in KnownAssembly.instructions(.cuda) {
            #expect(cuda("asm volatile(\"\(instruction)\" : : \"r\"(1), \"l\"(p) : \"memory\");") == nil)
        }
        #expect(rule("void f() { \(known) }") == .inlineAssembly, "in OpenCL C there is none")
        #expect(cuda("asm volatile(\"trap;\" : : : \"memory\");") == .inlineAssembly)
        #expect(cuda("asm volatile(\"cp.async.commit_group; trap;\" : : : \"memory\");") == .inlineAssembly)
        #expect(cuda("asm volatile(\"cp.async.commit_group;\" \"trap;\" : : : \"memory\");") == .inlineAssembly)
        #expect(cuda("asm volatile(R\"(trap;)\" : : : \"memory\");") == .inlineAssembly)
        #expect(cuda(known, options: ["-Dvolatile=(\"trap;\");"]) == .inlineAssembly)
        #expect(cuda("\n#define volatile(x) (\"trap;\")\n\(known)") == .inlineAssembly)
        #expect(cuda("\n#define F \(known)\nF") == .inlineAssembly)
        #expect(cuda(known) == nil)
    }

    @Test("a finding names path, line and rule")
    func place() throws {
        let finding = try #require(scan("\n\n__kernel void k() { asm(\"\"); }").finding)
        #expect(finding == SourceFinding(rule: .inlineAssembly, path: "k.cl", line: 3, text: "asm"))
        #expect(finding.message == "k.cl:3: 'asm': inline assembly is not allowed")
    }

    @Test("attributes, pragmas and includes are taken from a list")
    func lists() {
        #expect(rule("__kernel __attribute__((reqd_work_group_size(8, 1, 1))) void k() {}") == nil)
        #expect(rule("float t[4] __attribute__((__aligned__(64)));void f() {}") == .programScopeVariable)
        #expect(rule("void f() { float t[4] __attribute__((__aligned__(64))); }") == nil)
        #expect(rule("__attribute__((constructor)) void f() {}") == .attribute)
        #expect(rule("__attribute__((unused, section(\".x\"))) void f() {}") == .attribute)
        #expect(rule("int f() __attribute__((alias(\"g\")));") == .attribute)
        #expect(rule("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n#pragma unroll 4\nvoid f() {}") == nil)
        #expect(rule("#pragma clang section bss=\"x\"\nvoid f() {}") == .pragma)
        #expect(rule("#pragma redefine_extname f g\nvoid f() {}") == .pragma)
        #expect(rule("#include \"/etc/passwd\"") == .include)
        #expect(rule("%:  include </etc/passwd>") == .include)
        #expect(rule("#if defined(__clang__) && __has_builtin(__builtin_nontemporal_store)\n#endif") == nil)
    }

    @Test("variables that outlive a call are found, constants and functions are not")
    func lifetime() {
        for source in [
            "__global int n;", "int n = 3;", "__global float kept[10], other[4];", "float *p;",
            "__constant int *__global p;", "struct S { int a; } s;", "void f() { static int n; }",
            "float f(float x) { return x; } __global int n;", "static uint n[2] = {1, 2};",
        ] { #expect(rule(source) == .programScopeVariable, "\(source)") }
        for source in [
            "__constant float table[2] = {1.0f, 2.0f};", "constant int n = (1 + 2);", "struct S { int a; };",
            "typedef struct { float x, y; } pair;", "static inline float f(float x) { float y = x; return y; }",
            "float f(__global const float *p);", "#define K __global int n;\n__kernel void k(__global float *y) {}",
            "enum { A = 1, B = 2 };", "__constant struct { int a; } s = {1};",
        ] { #expect(rule(source) == nil, "\(source)") }
    }

    @Test("pointers made from numbers are found, pointers made from pointers are not")
    func pointers() {
        let head = "__kernel void k(__global const float *x, __global float *restrict y, __local float t[4]) {"
        for body in [
            "*(__global int *)4096 = 1;", "*(volatile __global int *)(4096ul + 8 * get_global_id(0)) = 1;",
            "ulong n = 5; y[0] = *(__global float *)n;", "ulong n = (ulong)x; y[0] = *(__global float *)(n + 4);",
            "ulong n = 5; y[0] = *(__global float *)(ulong)n;",
        ] { #expect(rule(head + body + "}") == .integerToPointer, "\(body)") }
        for body in [
            "((__global float4 *)y)[0] = 1;", "float4 v = *(__global const float4 *)(x + 4 * get_global_id(0));",
            "float v[4]; float4 w = *(float4 *)v; float4 u = *(float4 *)&v[1];", "if (((size_t)y & 63) == 0) y[0] = 1;",
            "__local float4 *q = (__local float4 *)t; q[0] = 1;", "int n = sizeof(float *) * 2;",
            "__global float *p = (__global float *)0; if (p) y[0] = 1;",
        ] { #expect(rule(head + body + "}") == nil, "\(body)") }
    }

    @Test("narrow types and loose arithmetic are data, not faults")
    func precision() {
        let scan = scan(
            "__kernel void k(__global const half *x, __global float *y) { y[0] = native_exp(vload_half(0, x)); }",
            options: ["-cl-fast-relaxed-math", "-cl-mad-enable", "-w"])
        #expect(scan.finding == nil)
        #expect(
            scan.precision
                == PrecisionUse(
                    narrowTypes: ["half", "vload_half"], fastFunctions: ["native_exp"],
                    options: ["-cl-fast-relaxed-math", "-cl-mad-enable"]))
        #expect(self.scan("__kernel void k(__global float *y) { y[0] = exp(1.0f); }").precision.isEmpty)
    }

    @Test("every rule finds its attack, and no other attack or twin is refused by the scan")
    func corpus() {
        for attack in Attack.all {
            #expect(SourceScan(attack.solution).finding?.rule == attack.rule, "\(attack.name)")
        }
        for twin in Stage.all.flatMap({ [$0.solution] + HonestTwin.all(on: $0) }) {
            #expect(SourceScan(twin).finding == nil, "\(twin.name)")
        }
    }
}
