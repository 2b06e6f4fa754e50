import KernelIR
import Testing

@testable import Rendering

@Suite struct LaneTests {
    @Test(arguments: [2, 4, 8, 16])
    func consecutiveElements(_ width: Int) throws {
        let index = Index.o * width + .l
        let body = try Printed.body(
            [.lanes("l", width, [.set("y", [index], .load("x", [index]))])], grid: [Axis("o", 64 / width)])
        #expect(body == "vstore\(width)(vload\(width)(0, x + o * \(width)), 0, y + o * \(width));")
    }

    @Test func copiesBetweenLanesAreInterleaved() throws {
        let place = Index.o * 8 + .l * 2 + .axis("r")
        let copy = Statement.set("y", [place], .load("x", [.l + .axis("r")]))
        let body = try Printed.body([.unrolled("r", 2, [.lanes("l", 4, [copy])])], grid: [Axis("o", 8)])
        #expect(
            body == """
                const float4 t_0 = vload4(0, x);
                const float4 t_1 = vload4(0, x + 1);
                vstore4((float4)(t_0.s0, t_1.s0, t_0.s1, t_1.s1), 0, y + o * 8);
                vstore4((float4)(t_0.s2, t_1.s2, t_0.s3, t_1.s3), 0, y + o * 8 + 4);
                """)
    }

    @Test func interleavedCopiesEndWithTheRow() throws {
        let place = Index.o * 8 + .l * 2 + .axis("r")
        let copy = Statement.set("y", [place], .load("x", [.l]), [Bound(place, below: 61)])
        let body = try Printed.body([.unrolled("r", 2, [.lanes("l", 4, [copy])])], grid: [Axis("o", 8)])
        #expect(body.contains("vstore4((float4)(x_0.s0, x_0.s0, x_0.s1, x_0.s1), 0, y + o * 8);"))
        #expect(body.contains("y + o * 8 + 4, 57 - o * 8);"))
    }

    @Test func otherWidthsAreUnrolled() throws {
        let body = try Printed.body([.lanes("l", 3, [.set("y", [.l], .load("x", [.l]))])])
        #expect(body == "y[0] = x[0];\ny[1] = x[1];\ny[2] = x[2];")
    }

    @Test func oneElementForAllLanes() throws {
        let line = try Printed.lanes(.load("x", [.o16]) * .load("x", [.o]))
        #expect(line == "vstore16(vload16(0, x + o * 16) * x[o], 0, y + o * 16);")
        #expect(try Printed.lanes(.load("x", [.o])) == "vstore16((float16)(x[o]), 0, y + o * 16);")
    }

    @Test func stridesBecomeCalls() throws {
        let body = try Printed.body(
            [.lanes("l", 4, [.set("y", [.l], .load("x", [Index(9) - .l * 3]))])])
        #expect(body == "vstore4(kw_strided_float32x4(x + 9, -3), 0, y);")
    }

    @Test func strideCallsReadEveryElement() throws {
        let source = try Printed.source([.lanes("l", 4, [.set("y", [.l], .load("x", [.l * 3]))])])
        #expect(
            source.contains(
                """
                static inline float4 kw_strided_float32x4(__global const float * p, long stride) {
                    return (float4)(p[0], p[1 * stride], p[2 * stride], p[3 * stride]);
                }
                """))
    }

    @Test func hiddenAxesBecomeLoops() throws {
        let ranges = Ranges([Axis("o", 4), Axis("l", 16)])
        #expect(
            try Printed.lanes(.load("x", [(Index.o * 3 + .l).remainder(by: 7, ranges)])) == """
                float x_lanes_0[16] __attribute__((aligned(64)));
                for (int l = 0; l < 16; ++l) {
                    x_lanes_0[l] = x[(o * 3 + l) % 7];
                }
                vstore16(vload16(0, x_lanes_0), 0, y + o * 16);
                """)
    }

    /// A reshape that is no more than another name of the same position stays one vector load.
    @Test func reshapesStayVectors() throws {
        let ranges = Ranges([Axis("o", 4), Axis("l", 16)])
        let square = Buffer("x", shape: [8, 8], role: .input)
        let load = Expr.load("x", [Index.o16.divided(by: 8, ranges), Index.o16.remainder(by: 8, ranges)])
        #expect(
            try Printed.lanes(load, buffers: [square, Printed.y]) == "vstore16(vload16(0, x + o * 16), 0, y + o * 16);")
    }

    @Test func stridedStoresGoLaneByLane() throws {
        let body = try Printed.body([.lanes("l", 4, [.set("y", [.l * 16], .load("x", [.l]))])])
        #expect(
            body == """
                float y_lanes_0[4] __attribute__((aligned(64)));
                vstore4(vload4(0, x), 0, y_lanes_0);
                for (int l = 0; l < 4; ++l) {
                    y[l * 16] = y_lanes_0[l];
                }
                """)
    }

    /// All lanes into one element: the iterations run one after the other.
    @Test func accumulationAcrossLanesIsSerial() throws {
        let body = try Printed.body([
            .register("s", []), .register("v", [2], vector: true),
            .lanes("l", 2, [.set("s", [], .load("s", []) + .load("v", [.l]))]),
        ])
        #expect(body.hasSuffix("s = s + v.s0;\ns = s + v.s1;"))
    }

    @Test func indicesAsNumbers() throws {
        let line = try Printed.lanes(.cast(.float32, .index(Index.o * 4 + .l * 2, .int32)), width: 4)
        #expect(line.contains("convert_float4(o * 4 + (int4)(0, 2, 4, 6))"))
    }

    @Test func startsOtherThanZero() throws {
        let loop = Statement.loop(
            axis: "l", start: 4, end: 8, kind: .lanes, body: [.set("y", [.l], .load("x", [.l * 2 - Index(8)]))])
        #expect(try Printed.body([loop]).contains("0, y + 4);"))
        #expect(try Printed.body([loop]).contains("kw_strided_float32x4(x, 2)"))
    }

    @Test func whatTheNextIterationReadsIsAskedForWithinTheBuffer() throws {
        let ahead = Statement.store([Store("y", [.o16], .load("x", [.o16]) * .load("x", [.o16]), ahead: "o")])
        let source = try Printed.source([.lanes("l", 16, [ahead])], grid: [Axis("o", 4)])
        #expect(source.ranges(of: "kw_prefetch_float32(x + o * 16 + (o < 3 ? 16 : 0));").count == 1)
        #expect(source.contains("__builtin_prefetch((const void *)(ulong)p, 0, 2);"))
        // Neighbours that lie apart would take a hint each.
        let apart = Statement.store([Store("y", [.o16], .load("x", [.o + .l * 4]), ahead: "o")])
        #expect(try !Printed.source([.lanes("l", 16, [apart])], grid: [Axis("o", 4)]).contains("kw_prefetch"))
        // Nothing moves with a loop that the operand does not depend on.
        let still = Statement.store([Store("y", [.o16], .load("x", [.l]), ahead: "o")])
        #expect(try !Printed.source([.lanes("l", 16, [still])], grid: [Axis("o", 4)]).contains("kw_prefetch"))
    }

    /// Lanes that are known to be inside or outside are named one by one, without a condition or an array.
    @Test func settledLanes() throws {
        let place = Index.l * 3 + 10
        let load = Load("x", [place], bounds: [Bound(place, below: 40)])
        let line = try Printed.lanes(.load(load))
        #expect(line.contains("x[37], 0.0f, 0.0f, 0.0f"), "\(line)")
        #expect(!line.contains("lanes"))
        // Where a grid axis decides they are not.
        let moving = Load("x", [place + .o], bounds: [Bound(place + .o, below: 40)])
        #expect(try Printed.lanes(.load(moving)).contains("x_lanes"))
    }

    @Test func streamingStores() throws {
        let streamed = Statement.store([Store("y", [.o16], .load("x", [.o16]), isStreaming: true)])
        let source = try Printed.source([.lanes("l", 16, [streamed])], grid: [Axis("o", 4)])
        #expect(source.contains("kw_stream_float32x16(vload16(0, x + o * 16), y + o * 16);"))
        #expect(source.contains("if (((size_t)p & 63) == 0) {"))
    }

    /// Vectors that are in registers already are written behind one condition.
    @Test func streamingStoresSideBySide() throws {
        let buffers = [Buffer("x", shape: [32], role: .input), Buffer("y", shape: [32], role: .output)]
        let tile = LocalBuffer("t", .float32, shape: [2, 16], space: .register, isVector: true)
        func copies(_ shift: Int) -> [Statement] {
            let place = Index.axis("u") * 16 + .l
            let load = Load("x", [place + shift], bounds: shift == 0 ? [] : [Bound(place + shift, below: 32)])
            let bounds = shift == 0 ? [] : [Bound(place + shift, below: 32)]
            return [
                .allocate(tile), .unrolled("u", 2, [.lanes("l", 16, [.set("t", [.axis("u"), .l], .load(load))])]),
                .unrolled(
                    "u", 2,
                    [
                        .lanes(
                            "l", 16,
                            [
                                .store([
                                    Store(
                                        "y", [place + shift], .load("t", [.axis("u"), .l]), bounds: bounds,
                                        isStreaming: true)
                                ])
                            ])
                    ]),
            ]
        }
        let source = try Printed.source(copies(0), buffers: buffers)
        #expect(source.contains("if (((size_t)y & 63) == 0) {"))
        #expect(source.contains("kw_stream_aligned_float32x16(t_0, y + 0);"))
        #expect(source.contains("kw_stream_aligned_float32x16(t_1, y + 16);"))
        #expect(source.contains("vstore16(t_1, 0, y + 16);"))
        // Between multiples, and behind guards, each vector asks for itself.
        #expect(try !Printed.source(copies(1), buffers: buffers).contains("kw_stream_aligned"))
    }
}
