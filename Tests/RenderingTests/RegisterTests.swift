import KernelIR
import Testing

@testable import Rendering

@Suite struct RegisterTests {
    private let vector = Statement.register("v", [16], vector: true)

    private func reduced(_ width: Int) -> Statement {
        .lanes("l", width, [.set("v", [.l], .load("v", [.l]) + .load("v", [.l + width]))])
    }

    @Test func treeReduction() throws {
        let body = try Printed.body([
            vector, reduced(8), reduced(4), reduced(2),
            .set("v", [Index(0)], .load("v", [Index(0)]) + .load("v", [Index(1)])),
            .set("y", [Index(0)], .load("v", [Index(0)]) - .load("v", [Index(15)])),
        ])
        #expect(
            body == """
                float16 v;
                v.lo = v.lo + v.hi;
                v.s0123 = v.s0123 + v.s4567;
                v.s01 = v.s01 + v.s23;
                v.s0 = v.s0 + v.s1;
                y[0] = v.s0 - v.sf;
                """)
    }

    @Test func lanesInAnyOrder() throws {
        let body = try Printed.body([
            .register("v", [4], vector: true),
            .lanes("l", 4, [.set("y", [.l], .load("v", [Index(3) - .l]))]),
        ])
        #expect(body.hasSuffix("vstore4(v.s3210, 0, y);"))
    }

    @Test func scalarsAlongLanes() throws {
        let body = try Printed.body([
            .register("r", [2]), .lanes("l", 2, [.set("r", [.l], .load("x", [.l]) * .float(2))]),
            .lanes("l", 2, [.set("y", [.l], .load("r", [.l]))]),
        ])
        #expect(
            body == """
                float r_0, r_1;
                const float2 t_0 = vload2(0, x) * 2.0f;
                r_0 = t_0.s0;
                r_1 = t_0.s1;
                vstore2((float2)(r_0, r_1), 0, y);
                """)
    }

    @Test func masks() throws {
        let body = try Printed.body([
            .register("b", [2], .bool, vector: true),
            .lanes("l", 2, [.set("b", [.l], .binary(.less, .load("x", [.l]), .float(0)))]),
            .set("b", [Index(1)], .constant(1, .bool)),
            .set("y", [Index(0)], .select(.load("b", [Index(0)]), .float(1), .float(2))),
        ])
        #expect(
            body == """
                int2 b;
                b = vload2(0, x) < 0.0f;
                b.s1 = -1;
                y[0] = b.s0 != 0 ? 1.0f : 2.0f;
                """)
    }

    @Test func indicesMustBeConstant() {
        let error = #expect(throws: KernelwrightError.self) {
            try Printed.source([
                .register("acc", [8]), .serial("i", 8, [.set("acc", [.axis("i")], .float(0))]),
            ])
        }
        #expect(error?.code == .internalInconsistency)
        #expect(error?.message.contains("acc") == true)
    }

    /// (m, l) of an online softmax: m's new value is a constant already, l reads the old m and gets a name.
    @Test func simultaneousStores() throws {
        let m = Expr.load("m", [])
        let next = Expr.binary(.max, m, .load("x", [.axis("i")]))
        let body = try Printed.body([
            .register("m", []), .register("l", []),
            .serial(
                "i", 64,
                [
                    .store([
                        Store("m", [], next),
                        Store("l", [], .load("l", []) * .unary(.exp, m - next)),
                    ])
                ]),
        ])
        #expect(
            body.contains(
                """
                    const float t_0 = kw_max_float32(m, x[i]);
                    const float l_next_0 = l * exp(m - t_0);
                    m = t_0;
                    l = l_next_0;
                """))
    }

    @Test func exchange() throws {
        let body = try Printed.body([
            .register("a", []), .register("b", []),
            .store([Store("a", [], .load("b", [])), Store("b", [], .load("a", []))]),
        ])
        #expect(body.hasSuffix("const float b_next_0 = a;\na = b;\nb = b_next_0;"))
    }
}
