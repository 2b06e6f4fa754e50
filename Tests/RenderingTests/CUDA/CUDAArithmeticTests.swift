import KernelIR
import Testing

@testable import Rendering

/// Literals, functions, and types that CUDA spells its own way.
@Suite struct CUDAArithmeticTests {
    private let index = Index.axis("t")

    private func line(_ value: Expr, _ input: DType = .float32, _ output: DType = .float32) throws -> String {
        try CUDAPrinted.body(
            [.set("y", [index], value)], local: [Axis("t", 64)],
            buffers: [Buffer("x", input, shape: [64], role: .input), Buffer("y", output, shape: [64], role: .output)])
    }

    private var x: Expr { .load("x", [index]) }

    @Test func literals() {
        let dialect = CUDADialect()
        let cases: [(Double, DType, String)] = [
            (0.1, .float32, "0.1f"), (-0.0, .float32, "-0.0f"), (0.1, .float64, "0.1"),
            (.infinity, .float32, "INFINITY"),
            (-.infinity, .float64, "-(double)INFINITY"), (.nan, .float32, "NAN"), (.nan, .float64, "(double)NAN"),
            (1e300, .float32, "INFINITY"), (-5, .int32, "-5"), (-2_147_483_648, .int32, "-2147483647 - 1"),
            (5, .int64, "5LL"), (5, .uint32, "5u"), (5, .uint64, "5ULL"), (1, .bool, "1"),
            (0.1, .float16, "0.099975586f"),
        ]
        for (value, type, text) in cases { #expect(dialect.literal(value, type).text == text) }
    }

    @Test(arguments: [
        (UnaryOperator.exp, "expf(x[t])"), (.tanh, "tanhf(x[t])"), (.erf, "erff(x[t])"), (.rsqrt, "rsqrtf(x[t])"),
        (.absolute, "fabsf(x[t])"), (.reciprocal, "1.0f / x[t]"), (.floor, "floorf(x[t])"), (.negate, "-x[t]"),
    ])
    func functions(_ operation: UnaryOperator, _ text: String) throws {
        #expect(try line(.unary(operation, x)) == "y[t] = \(text);")
    }

    @Test func doublesHavePlainNames() throws {
        #expect(try line(.unary(.exp, x), .float64, .float64) == "y[t] = exp(x[t]);")
        #expect(try line(x * x + x, .float64, .float64) == "const double x_0 = x[t];\ny[t] = fma(x_0, x_0, x_0);")
        #expect(try line(.binary(.power, x, .float(3))) == "y[t] = powf(x[t], 3.0f);")
    }

    /// NaN where an operand is.
    @Test func greaterAndLesser() throws {
        #expect(try line(.binary(.max, x, .float(0))) == "const float t_0 = x[t];\ny[t] = 0.0f > t_0 ? 0.0f : t_0;")
        let source = try CUDAPrinted.source([
            .set("y", [Index(0)], .binary(.min, .load("x", [Index(1)]), .load("x", [Index(0)])))
        ])
        #expect(source.contains("__device__ __forceinline__ float kw_min_float32(float a, float b) {"))
        #expect(source.contains("return a < b || a != a ? a : b;"))
        #expect(source.contains("y[0] = kw_min_float32(x[1], x[0]);"))
    }

    @Test func integersAndTruths() throws {
        #expect(try line(.cast(.int64, x), .int8, .int64) == "y[t] = (long long)x[t];")
        #expect(try line(.binary(.less, x, .float(0)), .float32, .bool) == "y[t] = x[t] < 0.0f;")
        #expect(try line(.cast(.float32, x), .bool) == "y[t] = (float)(int)(x[t] != 0);")
        let source = try CUDAPrinted.source(
            [.set("y", [index], x)], local: [Axis("t", 64)],
            buffers: [
                Buffer("x", .uint16, shape: [64], role: .input), Buffer("y", .uint16, shape: [64], role: .output),
            ])
        #expect(source.contains("f(const unsigned short * __restrict__ x,\n    unsigned short * __restrict__ y)"))
    }

    @Test func bits() {
        let dialect = CUDADialect()
        #expect(dialect.bits(Value("a", .float32), as: .uint32).text == "__float_as_uint(a)")
        #expect(dialect.bits(Value("a", .int64), as: .float64).text == "__longlong_as_double(a)")
    }

    @Test func halves() throws {
        let source = try CUDAPrinted.source(
            [.set("y", [index], .cast(.float16, .cast(.float32, x) * .float(2)))], local: [Axis("t", 64)],
            buffers: [
                Buffer("x", .float16, shape: [64], role: .input), Buffer("y", .float16, shape: [64], role: .output),
            ])
        #expect(source.contains("y[t] = kw_float16_bits(kw_float16(x[t]) * 2.0f);"))
        #expect(source.contains("__device__ __forceinline__ float kw_float16(unsigned short h) {"))
        #expect(source.contains("__device__ __forceinline__ unsigned short kw_float16_bits(float x) {"))
        #expect(!source.contains("#include") && !source.contains(" as_float("))
    }

    @Test func brainFloats() throws {
        #expect(
            try line(.cast(.bfloat16, .cast(.float32, x) * .float(2)), .bfloat16, .bfloat16)
                == "y[t] = kw_bfloat16_bits(__uint_as_float((unsigned int)x[t] << 16) * 2.0f);")
        let packed = try CUDAPrinted.source(
            [.lanes("l", 4, [.set("y", [.l], .load("x", [.l]))])],
            buffers: [Buffer("x", shape: [64], role: .input), Buffer("y", .bfloat16, shape: [64], role: .output)])
        #expect(packed.contains("unsigned short kw_bfloat16_bits(float x) {"))
    }

    @Test(arguments: ElementaryFunctions.operations.sorted { $0.rawValue < $1.rawValue })
    func fastFunctions(_ operation: UnaryOperator) throws {
        let body = [Statement.lanes("l", 2, [.set("y", [.l], .unary(operation, .load("x", [.l])))])]
        let (exact, fast) = (try CUDAPrinted.source(body), try CUDAPrinted.source(body, math: .fast))
        #expect(exact.contains("make_float2(\(operation.rawValue)f(x_0.x), \(operation.rawValue)f(x_0.y))"))
        #expect(!exact.contains("kw_") && !exact.contains("as_float"))
        #expect(fast.hasPrefix("#define") || fast.hasPrefix("__device__"))
        #expect(fast.contains("__device__ __forceinline__ float select(float a, float b, bool isB)"))
        #expect(fast.contains("__device__ __forceinline__ float kw_\(operation.rawValue)(float x) {"))
        #expect(!fast.contains("$"))
    }
}
