import KernelIR
import Testing

@testable import Rendering

@Suite struct ArithmeticTests {
    private let x = Expr.load("x", [.o16])

    private func line(_ value: Expr) throws -> String { try Printed.lanes(value, width: 4) }

    @Test func literals() {
        let dialect = OpenCLDialect()
        let cases: [(Double, DType, String)] = [
            (0.1, .float32, "0.1f"), (1.0 / 3, .float32, "0.33333334f"), (-0.0, .float32, "-0.0f"),
            (1e-30, .float32, "1e-30f"), (0.1, .float64, "0.1"), (.infinity, .float32, "INFINITY"),
            (-.infinity, .float64, "-INFINITY"), (.nan, .float32, "NAN"), (1e300, .float32, "INFINITY"),
            (-5, .int32, "-5"), (-2_147_483_648, .int32, "-2147483647 - 1"), (5, .int64, "5L"), (1, .bool, "1"),
        ]
        for (value, type, text) in cases { #expect(dialect.literal(value, type).text == text) }
    }

    /// What extrema of integers start from, each dialect's text of it.
    @Test func limitsOfIntegers() {
        let cases: [(DType, isLeast: Bool, openCL: String, cuda: String)] = [
            (.int8, true, "-128", "-128"), (.int8, false, "127", "127"), (.uint8, false, "255", "255"),
            (.int16, true, "-32768", "-32768"), (.uint16, false, "65535", "65535"),
            (.int32, true, "-2147483647 - 1", "-2147483647 - 1"), (.int32, false, "2147483647", "2147483647"),
            (.uint32, true, "0u", "0u"), (.uint32, false, "4294967295u", "4294967295u"),
            (.int64, true, "-9223372036854775807L - 1L", "-9223372036854775807LL - 1LL"),
            (.int64, false, "9223372036854775807L", "9223372036854775807LL"),
            (.uint64, true, "0UL", "0ULL"), (.uint64, false, "18446744073709551615UL", "18446744073709551615ULL"),
            (.bool, true, "0", "0"), (.bool, false, "1", "1"),
        ]
        for (type, isLeast, openCL, cuda) in cases {
            let identity = (isLeast ? Monoid.maximum(type) : .minimum(type)).identity[0]
            #expect(OpenCLDialect().literal(identity, type).text == openCL)
            #expect(CUDADialect().literal(identity, type).text == cuda)
        }
        #expect(OpenCLDialect().literal(-.infinity, .int32).text == "-2147483647 - 1")
        #expect(CUDADialect().literal(.infinity, .int64).text == "9223372036854775807LL")
    }

    @Test func parentheses() throws {
        let one = Expr.float(1)
        #expect(try line((x + one) * (x - (x - one))).contains("(x_0 + 1.0f) * (x_0 - (x_0 - 1.0f))"))
        #expect(try line(one / (x / x)).contains("1.0f / (x_0 / x_0)"))
        #expect(try line(.unary(.negate, .unary(.negate, x))).contains("-(-vload4(0, x + o * 16))"))
        #expect(try line(.unary(.negate, x + one)).contains("-(vload4(0, x + o * 16) + 1.0f)"))
    }

    @Test func sumsWithProductsAreFused() throws {
        let two = Expr.float(2)
        let loaded = "vload4(0, x + o * 16)"
        #expect(try line(x * two + .load("x", [.o])).contains("fma(\(loaded), (float4)(2.0f), (float4)(x[o]))"))
        #expect(try line(.load("x", [.o]) + x * two).contains("fma(\(loaded), (float4)(2.0f), (float4)(x[o]))"))
        #expect(try line(.load("x", [.o]) * two + .load("x", [.l])).contains("fma((float4)(x[o]), (float4)(2.0f)"))
    }

    @Test func greaterAndLesser() throws {
        #expect(try line(.binary(.max, x, .float(0))).contains("select(t_0, (float4)(0.0f), 0.0f > t_0)"))
        #expect(try line(.binary(.min, .float(6), x)).contains("select(t_0, (float4)(6.0f), 6.0f < t_0)"))
        let source = try Printed.source(
            [.lanes("l", 4, [.set("y", [.l], .binary(.max, .load("x", [.l]), .load("x", [.l + 4])))])])
        #expect(source.contains("return select(select(b, a, a > b), (float4)(NAN), a != a);"))
        #expect(source.contains("kw_max_float32x4(vload4(0, x), vload4(0, x + 4))"))
    }

    @Test func repeatedExpressionsGetNames() throws {
        let half = x * .float(0.5)
        #expect(
            try line(half * .unary(.tanh, half)) == """
                const float4 t_0 = vload4(0, x + o * 16) * 0.5f;
                vstore4(t_0 * tanh(t_0), 0, y + o * 16);
                """)
    }

    @Test func truthsAreMasks() throws {
        let less = Expr.binary(.less, x, .float(0))
        let either = Expr.binary(.or, less, .binary(.notEqual, x, x))
        #expect(
            try line(.select(.unary(.not, either), x, .float(1))).contains(
                "select((float4)(1.0f), x_0, ~((x_0 < 0.0f) | (x_0 != x_0)))"))
        #expect(try line(.cast(.float32, less)).contains("convert_float4((vload4(0, x + o * 16) < 0.0f) & 1)"))
    }

    @Test func booleansInMemoryAreBytes() throws {
        let flags = Buffer("z", .bool, shape: [64], role: .input)
        let body = try Printed.body(
            [.lanes("l", 4, [.set("y", [.l], .select(.load("z", [.l]), .float(1), .float(0)))])],
            buffers: [flags, Printed.y])
        #expect(
            body == "vstore4(select((float4)(0.0f), (float4)(1.0f), convert_int4(vload4(0, z)) != 0), 0, y);")
    }

    @Test func doublesAreAnnounced() throws {
        let wide = Buffer("y", .float64, shape: [64], role: .output)
        let source = try Printed.source(
            [
                .lanes(
                    "l", 2,
                    [
                        .set(
                            "y", [.l],
                            .select(
                                .binary(.less, .cast(.float64, .load("x", [.l])), .constant(0, .float64)),
                                .constant(1, .float64), .constant(2, .float64)))
                    ])
            ],
            buffers: [Printed.x, wide])
        #expect(source.hasPrefix("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"))
        #expect(source.contains("convert_long2(convert_int2(convert_double2(vload2(0, x)) < 0.0))"))
    }

    @Test(arguments: ElementaryFunctions.operations.sorted { $0.rawValue < $1.rawValue })
    func fastFunctions(_ operation: UnaryOperator) throws {
        let body = [Statement.lanes("l", 8, [.set("y", [.l], .unary(operation, .load("x", [.l])))])]
        let (exact, fast) = (try Printed.source(body), try Printed.source(body, math: .fast))
        #expect(exact.contains("vstore8(\(operation.rawValue)(vload8(0, x)), 0, y);"))
        #expect(!exact.contains("kw_"))
        #expect(fast.contains("static inline float8 kw_\(operation.rawValue)8(float8 x) {"))
        #expect(fast.contains("vstore8(kw_\(operation.rawValue)8(vload8(0, x)), 0, y);"))
        #expect(!fast.contains("$"))
    }

    /// A function stands above those that call it, once.
    @Test func calleesComeFirst() throws {
        let source = try Printed.source(
            [.set("y", [Index(0)], .unary(.log1p, .unary(.log, .load("x", [Index(0)]))))], math: .fast)
        let definitions = source.split(separator: "\n").filter { $0.hasPrefix("static") }
        #expect(definitions == ["static inline float kw_log(float x) {", "static inline float kw_log1p(float x) {"])
    }

    @Test func fastMathIsForFloat32() throws {
        let wide = Buffer("y", .float64, shape: [64], role: .output)
        let source = try Printed.source(
            [.set("y", [Index(0)], .unary(.exp, .constant(1, .float64)))], buffers: [wide], math: .fast)
        #expect(source.contains("y[0] = exp(1.0);"))
    }
}
