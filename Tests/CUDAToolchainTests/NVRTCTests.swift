import CUDAToolchain
import KernelIR
import Testing

@Suite("NVRTC", .enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct NVRTCTests {
    @Test("the version and the architectures")
    func version() throws {
        let compiler = try Toolchain.compiler()
        #expect(compiler.version.major >= 13)
        #expect(Set(Toolchain.architectures).isSubset(of: compiler.architectures))
    }

    @Test("a kernel compiles for every architecture at once")
    func architectures() throws {
        let results = try Toolchain.compiler().compile(Kernels.saxpy, for: Toolchain.architectures)
        #expect(results.map(\.architecture) == Toolchain.architectures)
        for result in results {
            let code = try #require(result.code, "\(result.architecture): \(result.log)")
            #expect(result.diagnostics.isEmpty)
            #expect(code.ptx.contains(".target \(result.architecture)"))
            #expect(code.ptx.contains(".loc"))
            #expect(code.cubin.starts(with: Array("\u{7f}ELF".utf8)))
            #expect((result.report["saxpy"]?.registers ?? 0) > 0)
            #expect(result.report["saxpy"]?.spills == false)
        }
    }

    @Test("the headers that kernels include are found")
    func headers() throws {
        let names = [
            "cuda_fp16.h", "cuda_bf16.h", "cuda_fp8.h", "mma.h", "cooperative_groups.h", "cooperative_groups/reduce.h",
            "cuda/std/cstdint", "cuda/std/array", "cuda_pipeline.h", "math_constants.h",
        ]
        let includes = names.map { "#include <\($0)>\n" }.joined()
        let source = CUDASource(name: "k.cu", text: includes + "__global__ void k() {}")
        let result = try Toolchain.compiler().compile(source, for: .compute(80))
        #expect(result.code != nil, "\(result.log)")
    }

    @Test("a virtual architecture has PTX alone")
    func virtual() throws {
        let result = try Toolchain.compiler().compile(Kernels.saxpy, for: .compute(86))
        #expect(result.code?.ptx.isEmpty == false)
        #expect(result.code?.cubin.isEmpty == true)
        #expect(result.report.kernels.isEmpty)
    }

    @Test("errors are on their lines, in each of several files and in headers")
    func errors() throws {
        let source = CUDASource(
            files: [
                .init(name: "first.cu", text: "#include \"mine.h\"\n__device__ float one() {\n    return 1 + ;\n}\n"),
                .init(
                    name: "dir/second.cu",
                    text: "extern \"C\" __global__ void k(float* x) {\n\n    x[0] = missing;\n}\n"),
            ],
            headers: [.init(name: "mine.h", text: "\n__device__ int wrong = nothing;\n")])
        let result = try Toolchain.compiler().compile(source, for: .sm(86))
        #expect(result.code == nil)
        #expect(result.status == .compilation)
        let places = result.errors.map { "\($0.file ?? ""):\($0.line ?? 0)" }
        #expect(places == ["mine.h:2", "first.cu:3", "dir/second.cu:3"])
        #expect(result.errors.last?.column == 12)
    }

    @Test("the assembler's errors are on the lines of the CUDA source")
    func assemblerErrors() throws {
        let source = CUDASource(
            name: "asm.cu",
            text: """
                extern "C" __global__ void k(float* x) {
                    float f = x[0];
                    asm volatile("not.an.instruction %0;" : "+f"(f));
                    x[0] = f;
                }
                """)
        let result = try Toolchain.compiler().compile(source, for: .sm(86))
        #expect(!result.errors.isEmpty)
        #expect(result.errors.allSatisfy { $0.file == "asm.cu" && $0.line == 3 && $0.origin == .assembler })
        let large = CUDASource(
            name: "large.cu",
            text: """

                extern "C" __global__ void large(float* x) {
                    __shared__ float s[30000];
                    s[threadIdx.x] = x[0];
                    __syncthreads();
                    x[0] = s[threadIdx.x ^ 1];
                }
                """)
        let limit = try Toolchain.compiler().compile(large, for: .sm(86))
        #expect(limit.errors.map(\.line) == [2], "\(limit.log) \(limit.errors)")
    }

    @Test("options reach the compiler")
    func options() throws {
        let compiler = try Toolchain.compiler()
        var options = CUDACompilerOptions()
        options.contractsMultiplyAdd = false
        options.hasLineInformation = false
        let split = try #require(try compiler.compile(Kernels.saxpy, for: .sm(86), options: options).code)
        #expect(!split.ptx.contains("fma.rn") && !split.ptx.contains(".loc"))
        let fused = try #require(try compiler.compile(Kernels.saxpy, for: .sm(86)).code)
        #expect(fused.ptx.contains("fma.rn"))

        let plain = CUDASource(
            name: "plain.cu",
            text: "float two() { return SIZE; }\nextern \"C\" __global__ void k(float* x) { *x *= two(); }")
        options.definitions = ["SIZE": "2.5f"]
        #expect(try compiler.compile(plain, for: .sm(86), options: options).code == nil)
        options.takesFunctionsForDevice = true
        options.standard = .cxx20
        let made = try compiler.compile(plain, for: .sm(86), options: options)
        #expect(made.code?.ptx.contains("0f40200000") == true, "\(made)")

        options.further = ["--no-such-option"]
        let refused = try compiler.compile(plain, for: .sm(86), options: options)
        #expect(refused.status == .invalidOption)
        #expect(refused.errors.first?.message.contains("--no-such-option") == true)
    }

    @Test("name expressions have symbols")
    func names() throws {
        let source = CUDASource(
            name: "typed.cu", text: "template <typename T, int N> __global__ void typed(T* x) { x[threadIdx.x] *= N; }")
        let compiler = try Toolchain.compiler()
        let result = try compiler.compile(source, for: .sm(86), names: ["typed<float, 3>", "&typed<double, 2>"])
        let code = try #require(result.code)
        #expect(code.symbols == ["typed<float, 3>": "_Z5typedIfLi3EEvPT_", "&typed<double, 2>": "_Z5typedIdLi2EEvPT_"])
        #expect(result.report.kernels.map(\.name).sorted() == code.symbols.values.sorted())
        let wrong = try compiler.compile(source, for: .sm(86), names: ["typed<absent, 1>", ""])
        #expect(wrong.code == nil)
        #expect(!wrong.errors.isEmpty && wrong.errors.allSatisfy { $0.file == nil })
    }

    @Test("spills of a kernel that has too few registers")
    func spills() throws {
        let compiler = try Toolchain.compiler()
        for architecture in Toolchain.architectures {
            let result = try compiler.compile(Kernels.spilling, for: architecture)
            let kernel = try #require(result.report["spilling"])
            #expect(kernel.registers <= 64)
            let warnings = result.diagnostics.filter { $0.severity == .warning }
            #expect(warnings.isEmpty, "\(warnings)")
            #expect(kernel.spills == true)
            #expect((kernel.spillStoreBytes ?? 0) > 0 && (kernel.spillLoadBytes ?? 0) > 0)
        }
        var options = CUDACompilerOptions()
        options.maximumRegisters = 32
        let unbound = CUDASource(
            name: "unbound.cu", text: Kernels.spilling.text.replacing("__launch_bounds__(1024) ", with: ""))
        let few = try #require(try compiler.compile(unbound, for: .sm(86), options: options).report["spilling"])
        #expect(few.registers <= 32 && few.spills == true)
        #expect(try compiler.compile(unbound, for: .sm(86)).report["spilling"]?.spills == false)
    }

    @Test("odd sources are refused or compiled, nothing else", arguments: OddSource.allCases)
    func odd(source: OddSource) throws {
        let result = try Toolchain.compiler().compile(source.source, for: .sm(86))
        #expect((result.code != nil) == source.isLegal, "\(result.log.prefix(500))")
        #expect(result.errors.isEmpty == source.isLegal)
    }

    @Test("a deadline that is over ends the compilation")
    func deadline() throws {
        let result = try Toolchain.compiler().compile(Kernels.spilling, for: .sm(86), deadline: .zero)
        #expect(result.status == .cancelled)
        #expect(result.errors.map(\.message) == ["the compiler was not done in the time it had"])
    }

    @Test("the library can be unloaded and loaded again")
    func reloading() throws {
        for _ in 0..<3 {
            #expect(try Toolchain.compiler().compile(Kernels.copy, for: .compute(80)).code != nil)
        }
    }
}

/// Sources that a careless author, or a hostile one, hands in.
enum OddSource: String, CaseIterable, Sendable {
    case empty, zero, zeroInName, bytes, nesting, braces, unclosed, recursion, noFile, longLine, percent

    var source: CUDASource {
        switch self {
        case .empty: CUDASource(name: "a.cu", text: "")
        case .zero: CUDASource(name: "a.cu", text: "__global__ void k() {}\n\0 rest")
        case .zeroInName: CUDASource(name: "a\0.cu", text: "__global__ void k() {}")
        case .bytes: CUDASource(name: "a.cu", text: "\u{1}\u{2}\u{fffd}\u{feff}€")
        case .nesting: nested("(", "1", ")")
        case .braces:
            CUDASource(name: "a.cu", text: "__global__ void k() {" + repeated("{") + repeated("}") + "}")
        case .unclosed: CUDASource(name: "a.cu", text: "/* never \"closed")
        case .recursion:
            CUDASource(
                name: "a.cu",
                text: "template <int N> struct A { static const int v = A<N + 1>::v; };\n__device__ int x = A<0>::v;")
        case .noFile: CUDASource(name: "", text: "#include \"/etc\"\n#include <absent>")
        case .longLine:
            CUDASource(name: "a.cu", text: "__device__ int x = 0" + String(repeating: " + 1", count: 20_000) + ";")
        case .percent: CUDASource(name: "%s%n%d.cu", text: "#error \"%s%n%d\"")
        }
    }

    var isLegal: Bool { [.empty, .nesting, .braces, .longLine].contains(self) }

    private func repeated(_ text: String) -> String { String(repeating: text, count: 5000) }

    private func nested(_ open: String, _ core: String, _ close: String) -> CUDASource {
        CUDASource(name: "a.cu", text: "__device__ int x = " + repeated(open) + core + repeated(close) + ";")
    }
}
