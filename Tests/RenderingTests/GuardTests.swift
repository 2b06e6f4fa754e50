import KernelIR
import Testing

@testable import Rendering

@Suite struct GuardTests {
    private let short = [Buffer("x", shape: [50], role: .input), Buffer("y", shape: [50], role: .output)]

    @Test func provedBoundsVanish() throws {
        let load = Load("x", [.o16], bounds: [Bound(.o16, below: 64)])
        #expect(try Printed.lanes(.load(load)) == "vstore16(vload16(0, x + o * 16), 0, y + o * 16);")
    }

    @Test func refutedBoundsLeaveTheFill() throws {
        let load = Load("x", [.o16], bounds: [Bound(.o16 + 64, below: 64)], fill: 3)
        #expect(try Printed.lanes(.load(load)) == "vstore16((float16)(3.0f), 0, y + o * 16);")
        #expect(try Printed.body([.set("y", [Index(0)], .float(1), [Bound(Index(5), below: 5)])]) == "")
    }

    @Test func uniformBounds() throws {
        let load = Load("x", [.o16], bounds: [Bound(.o - Index(1), below: 2)], fill: -.infinity)
        #expect(
            try Printed.lanes(.load(load))
                == "vstore16(o - 1 >= 0 && o - 1 < 2 ? vload16(0, x + o * 16) : (float16)(-INFINITY), 0, y + o * 16);")
        let body = try Printed.body(
            [.set("y", [.o], .load("x", [.o]), [Bound(.o, below: 50)])], grid: [Axis("o", 64)], buffers: short)
        #expect(body == "if (o < 50) {\n    y[o] = x[o];\n}")
    }

    /// The load is no longer inside its buffer for all lanes, so it takes over the store's bound.
    @Test func tails() throws {
        let body = try Printed.body(
            [.lanes("l", 16, [.set("y", [.o16], .load("x", [.o16]), [Bound(.o16, below: 50)])])],
            grid: [Axis("o", 4)], buffers: short)
        #expect(
            body == """
                kw_store_first_float32x16(kw_load_first_float32x16(x + o * 16, 50 - o * 16, 50 - o * 16, 0.0f), y + o * 16,
                    50 - o * 16);
                """)
    }

    @Test func boundsOpenBelow() throws {
        let index = Index.o16 - Index(3)
        let line = try Printed.lanes(.load(Load("x", [index], bounds: [Bound(index, below: 64)], fill: 7)))
        #expect(
            line == """
                vstore16(kw_load_between_float32x16(x, o * 16 - 3, 64, 3 - o * 16, 16, 7.0f), 0, y + o * 16);
                """)
    }

    /// A vector is read as one where it lies inside the buffer, wherever the row begins and ends.
    @Test func boundsOpenAtBothEnds() throws {
        let index = Index.o16 - Index(3)
        let load = Load("x", [Index(1), index], bounds: [Bound(index, below: 50)])
        let source = try Printed.source(
            [.lanes("l", 16, [.set("y", [.o16], .load(load))])], grid: [Axis("o", 4)],
            buffers: [Buffer("x", shape: [3, 50], role: .input), Printed.y])
        #expect(source.contains("kw_load_between_float32x16(x, o * 16 + 47, 150, 3 - o * 16, 53 - o * 16, 0.0f)"))
        #expect(source.contains("if (first <= 0 && end >= 16) return vload16(0, p + at);"))
        #expect(source.contains("if (at >= 0 && at + 16 <= size) return select("))
        #expect(source.contains("lanes[i] = i >= first && i < end ? p[at + i] : fill;"))
    }

    /// The store's bound joins the load's own, for the load alone could leave its buffer.
    @Test func boundsOfLoadAndStore() throws {
        let index = Index.o16 - Index(3)
        let load = Load("x", [index], bounds: [Bound(index, below: 50)])
        let body = try Printed.body(
            [.lanes("l", 16, [.set("y", [.o16], .load(load), [Bound(.o16, below: 50)])])],
            grid: [Axis("o", 4)], buffers: short)
        let text = body.split { $0.isWhitespace }.joined(separator: " ")
        #expect(text.contains("(x, o * 16 - 3, 50, 3 - o * 16, kw_min_int32(53 - o * 16, 50 - o * 16), 0.0f)"))
    }

    /// Elements that lie apart are tested one by one.
    @Test func boundsOfStrides() throws {
        let index = Index.o * 16 + .l * 2 - Index(3)
        let line = try Printed.lanes(.load(Load("x", [index], bounds: [Bound(index, below: 64)])))
        #expect(!line.contains("kw_load_between"))
        #expect(line.contains("for (int l = 0; l < 16; ++l) {"))
    }

    /// A vector over the end of a column of a private array: no lane test for what can never be whole, and each bound once.
    @Test func boundsThatAreNeverWhole() throws {
        let bound = Bound(.l + 32, below: 37)
        let body = try Printed.body([
            .allocate(LocalBuffer("s", .float32, shape: [37, 2], space: .memory)),
            .lanes("l", 16, [.set("s", [.l + 32, Index(1)], .float(1), [bound, bound])]),
        ])
        #expect(body.contains("if (l + 32 < 37) {"))
        #expect(!body.contains("else"))
    }

    @Test func branches() throws {
        let body = try Printed.body(
            [
                .when(
                    [Bound(.o, below: 3)], then: [.set("y", [.o], .float(1))], otherwise: [.set("y", [.o], .float(2))])
            ], grid: [Axis("o", 4)])
        #expect(body == "if (o < 3) {\n    y[o] = 1.0f;\n} else {\n    y[o] = 2.0f;\n}")
    }

    @Test func branchesThatLanesDecideAreUnrolled() throws {
        let choice = Statement.when(
            [Bound(.l, below: 1)], then: [.set("y", [.l], .float(1))], otherwise: [.set("y", [.l], .float(2))])
        #expect(try Printed.body([.lanes("l", 2, [choice])]) == "y[0] = 1.0f;\ny[1] = 2.0f;")
    }

    @Test func conditionsAsMasks() throws {
        let inside = Expr.inside([Bound(.o16 - Index(9), below: 64)])
        let line = try Printed.lanes(.select(inside, .load("x", [.o16]), .float(0)), width: 2)
        #expect(line.contains("select((float2)(0.0f), vload2(0, x + o * 16), o * 16 - 9 + (int2)(0, 1) >= 0)"))
    }

    @Test func decidedConditionsVanish() throws {
        let inside = Expr.binary(.and, .inside([Bound(.o, below: 4)]), .unary(.not, .inside([Bound(.o, below: 0)])))
        #expect(try Printed.lanes(.select(inside, .float(1), .float(2))) == "vstore16((float16)(1.0f), 0, y + o * 16);")
    }
}
