import KernelIR
import Testing

@testable import Rendering

/// Lanes are scalars; neighbours in memory move together where they may.
@Suite struct CUDALaneTests {
    private let x = Expr.load("x", [.o16])

    @Test func fours() throws {
        #expect(
            try CUDAPrinted.lanes(x * .float(2)) == """
                const float4 x_0 = *reinterpret_cast<const float4 *>(x + o * 16);
                *reinterpret_cast<float4 *>(y + o * 16) = make_float4(x_0.x * 2.0f, x_0.y * 2.0f, x_0.z * 2.0f, x_0.w * 2.0f);
                """)
    }

    @Test func twosAndEights() throws {
        #expect(
            try CUDAPrinted.lanes(x, width: 2) == """
                const float2 x_0 = *reinterpret_cast<const float2 *>(x + o * 16);
                *reinterpret_cast<float2 *>(y + o * 16) = make_float2(x_0.x, x_0.y);
                """)
        let eight = try CUDAPrinted.lanes(x, width: 8)
        #expect(eight.ranges(of: "const float4 x_").count == 2)
        #expect(eight.hasSuffix("(y + o * 16 + 4) = make_float4(x_1.x, x_1.y, x_1.z, x_1.w);"))
        let six = try CUDAPrinted.lanes(x, width: 6)
        #expect(six.contains("make_float4(x_0.x, x_0.y, x_0.z, x_0.w)") && six.contains("make_float2(x_1.x, x_1.y)"))
    }

    /// The widest packs first, at addresses that are multiples of their size; what is left is single elements.
    @Test func addresses() throws {
        let odd = try CUDAPrinted.lanes(.load("x", [.o16 + 1]), grid: [Axis("o", 3)])
        #expect(odd.hasPrefix("const float2 x_0 = *reinterpret_cast<const float2 *>(x + o * 16 + 2);\n"))
        #expect(odd.contains("make_float4(x[o * 16 + 1], x_0.x, x_0.y, x[o * 16 + 4])"))
        let even = try CUDAPrinted.lanes(.load("x", [.o16 + 2]), width: 8, grid: [Axis("o", 3)])
        #expect(even.hasPrefix("const float4 x_0 = *reinterpret_cast<const float4 *>(x + o * 16 + 4);\n"))
        #expect(even.contains("const float2 x_1 = *reinterpret_cast<const float2 *>(x + o * 16 + 2);"))
        #expect(even.contains("const float2 x_2 = *reinterpret_cast<const float2 *>(x + o * 16 + 8);"))
        let moved = try CUDAPrinted.body(
            [.lanes("l", 4, [.set("y", [.l], .load("x", [.axis("t") + .l]))])], local: [Axis("t", 60)])
        #expect(moved == "*reinterpret_cast<float4 *>(y) = make_float4(x[t], x[t + 1], x[t + 2], x[t + 3]);")
    }

    /// A stride is single elements, a reversed row a pack, a scalar one element.
    @Test func otherSteps() throws {
        let strided = try CUDAPrinted.lanes(.load("x", [.o * 16 + .l * 3]))
        #expect(strided.contains("make_float4(x[o * 16], x[o * 16 + 3], x[o * 16 + 6], x[o * 16 + 9])"))
        let reversed = try CUDAPrinted.lanes(.load("x", [Index(3) - .l]))
        #expect(reversed.contains("const float4 x_0 = *reinterpret_cast<const float4 *>(x);"))
        #expect(reversed.contains("make_float4(x_0.w, x_0.z, x_0.y, x_0.x)"))
        let scalar = try CUDAPrinted.lanes(.load("x", [.o]) + x)
        #expect(scalar.contains("const float x_1 = x[o];") && scalar.contains("make_float4(x_1 + x_0.x, x_1 + x_0.y,"))
    }

    /// Bounds that hold for all of a pack or for none stay around it.
    @Test func bounds() throws {
        let bound = Bound(.o16, below: 48)
        let whole = try CUDAPrinted.lanes(.load(Load("x", [.o16], bounds: [bound], fill: 7)), bounds: [bound])
        #expect(whole.hasPrefix("const float4 x_0 = o * 16 < 48 ? *reinterpret_cast<const float4 *>(x + o * 16) :"))
        #expect(
            whole.hasSuffix(
                """
                if (o * 16 < 48) {
                    *reinterpret_cast<float4 *>(y + o * 16) = make_float4(x_0.x, x_0.y, x_0.z, x_0.w);
                }
                """))
        let uniform = try CUDAPrinted.lanes(x, bounds: [Bound(.o, below: 3)])
        #expect(uniform.hasPrefix("if (o < 3) {\n    const float4 x_0 ="))
    }

    /// Loads that are legal only where the store happens are no part of a pack that goes further.
    @Test(arguments: [(50, true), (51, false)])
    func tailsReadNothingBehindTheBuffer(_ length: Int, _ isEven: Bool) throws {
        let short = [Buffer("x", shape: [length], role: .input), Buffer("y", shape: [length], role: .output)]
        let body = try CUDAPrinted.lanes(x, bounds: [Bound(.o16, below: length)], buffers: short)
        #expect(!body.contains("float4"))
        #expect(
            body.contains(
                isEven
                    ? "const float2 x_1 = o * 16 + 2 < 50 ? *reinterpret_cast<const float2 *>(x + o * 16 + 2) :"
                    : "if (o * 16 + 3 < 51) {\n    y[o * 16 + 3] = o * 16 + 3 < 51 ? x[o * 16 + 3] : 0.0f;\n}"))
    }

    @Test func streaming() throws {
        let store = Store("y", [.o16], x, isStreaming: true)
        let four = try CUDAPrinted.body([.lanes("l", 4, [.store([store])])], grid: [Axis("o", 4)])
        #expect(
            four.hasSuffix("__stcs(reinterpret_cast<float4 *>(y + o * 16), make_float4(x_0.x, x_0.y, x_0.z, x_0.w));"))
        let one = try CUDAPrinted.body(
            [.store([Store("y", [.axis("t")], .float(1), isStreaming: true, ahead: "t")])], local: [Axis("t", 64)])
        #expect(one == "__stcs(y + t, 1.0f);")
    }

    @Test func registers() throws {
        let sum = Expr.load("v", [.l]) + .load("v", [.l + 2])
        let body = try CUDAPrinted.body([
            .register("v", [4], vector: true), .lanes("l", 4, [.set("v", [.l], .load("x", [.l]))]),
            .lanes("l", 2, [.set("v", [.l], sum)]), .set("y", [Index(0)], .load("v", [Index(0)])),
        ])
        #expect(
            body == """
                float v_0, v_1, v_2, v_3;
                const float4 x_0 = *reinterpret_cast<const float4 *>(x);
                v_0 = x_0.x;
                v_1 = x_0.y;
                v_2 = x_0.z;
                v_3 = x_0.w;
                v_0 = v_0 + v_2;
                v_1 = v_1 + v_3;
                y[0] = v_0;
                """)
    }

    /// All lanes are computed before any is written.
    @Test func lanesThatReadOneAnother() throws {
        let body = try CUDAPrinted.body([
            .register("v", [2], vector: true), .lanes("l", 2, [.set("v", [.l], .load("v", [Index(1) - .l]))]),
        ])
        #expect(body.hasSuffix("const float v_next_0 = v_0;\nv_0 = v_1;\nv_1 = v_next_0;"))
        let memory = try CUDAPrinted.lanes(.load("y", [Index.o * 16 + 3 - .l]))
        #expect(memory.hasSuffix("= make_float4(y_0.w, y_0.z, y_0.y, y_0.x);"))
    }

    /// Copies of a register tile share the packs they read.
    @Test func tiles() throws {
        let acc = [Index.axis("i"), .l]
        let product = Expr.load("x", [.axis("k") * 4 + .l]) * .load("x", [.axis("i")]) + .load("acc", acc)
        let body = try CUDAPrinted.body([
            .register("acc", [2, 4], vector: true),
            .serial("k", 16, [.unrolled("i", 2, [.lanes("l", 4, [.set("acc", acc, product)])])]),
            .unrolled("i", 2, [.lanes("l", 4, [.set("y", [.axis("i") * 4 + .l], .load("acc", acc))])]),
        ])
        #expect(body.ranges(of: "reinterpret_cast<const float4 *>(x + k * 4)").count == 1)
        #expect(body.contains("acc_1_3 = fmaf(x_0.w, x_2, acc_1_3);"))
        #expect(body.contains("(y + 4) = make_float4(acc_1_0, acc_1_1, acc_1_2, acc_1_3);"))
    }

    @Test func conditionsAroundLanes() throws {
        let uniform = Statement.when([Bound(.o, below: 3)], then: [.set("y", [.o16], x)], otherwise: [])
        let body = try CUDAPrinted.body([.lanes("l", 4, [uniform])], grid: [Axis("o", 4)])
        #expect(body.hasPrefix("if (o < 3) {\n    const float4 x_0"))
        let choice = Statement.when(
            [Bound(.l, below: 1)], then: [.set("y", [.l], .float(1))], otherwise: [.set("y", [.l], .float(2))])
        #expect(try CUDAPrinted.body([.lanes("l", 2, [choice])]) == "y[0] = 1.0f;\ny[1] = 2.0f;")
    }

    /// At most 16 bytes at a time.
    @Test(arguments: [
        (DType.float64, "double2"), (.int64, "longlong2"), (.int32, "int4"), (.uint8, "uchar4"), (.bool, "uchar4"),
        (.float16, "ushort4"), (.int8, "char4"),
    ])
    func types(_ type: DType, _ pack: String) throws {
        let body = try CUDAPrinted.lanes(
            x,
            buffers: [Buffer("x", type, shape: [64], role: .input), Buffer("y", type, shape: [64], role: .output)])
        #expect(body.contains("const \(pack) x_0 = *reinterpret_cast<const \(pack) *>(x + o * 16);"))
        #expect(body.contains("make_\(pack)("))
    }
}
