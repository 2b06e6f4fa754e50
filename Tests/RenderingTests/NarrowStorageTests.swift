import KernelIR
import Testing

@testable import Rendering

/// Buffers of 16-bit types: converted when they are read and written, float32 in between.
@Suite struct NarrowStorageTests {
    private func buffers(_ type: DType) -> [Buffer] {
        [Buffer("x", type, shape: [64], role: .input), Buffer("y", type, shape: [64], role: .output)]
    }

    private func twice(_ type: DType) -> Expr {
        .cast(type, .cast(.float32, .load("x", [.o16])) * .float(2))
    }

    @Test func halves() throws {
        let line = try Printed.lanes(twice(.float16), buffers: buffers(.float16))
        #expect(line == "vstore_half16_rte(vload_half16(0, x + o * 16) * 2.0f, 0, y + o * 16);")
    }

    @Test func brainFloats() throws {
        let line = try Printed.lanes(twice(.bfloat16), buffers: buffers(.bfloat16))
        let load = "as_float16(convert_uint16(vload16(0, x + o * 16)) << 16)"
        #expect(line == "vstore16(kw_bfloat16_bits16(\(load) * 2.0f), 0, y + o * 16);")
    }

    @Test func singleElements() throws {
        let set = Statement.set("y", [Index(3)], .load("x", [Index(5)]))
        #expect(try Printed.body([set], buffers: buffers(.float16)) == "vstore_half_rte(vload_half(5, x), 3, y);")
        #expect(
            try Printed.body([set], buffers: buffers(.bfloat16))
                == "y[3] = kw_bfloat16_bits(as_float((uint)x[5] << 16));")
    }

    @Test func argumentsHaveTheirStorageType() throws {
        let set = Statement.set("y", [Index(3)], .load("x", [Index(5)]))
        let half = try Printed.source([set], buffers: buffers(.float16))
        #expect(half.contains("__global const half * restrict x,"))
        #expect(half.contains("__global half * restrict y)"))
        let brain = try Printed.source([set], buffers: buffers(.bfloat16))
        #expect(brain.contains("__global const ushort * restrict x,"))
        #expect(brain.contains("static inline ushort kw_bfloat16_bits(float x)"))
        #expect(!half.contains("kw_bfloat16_bits"))
    }

    @Test func registersAndLiteralsAreFloat32() throws {
        let body = try Printed.body(
            [
                .register("r", [1], .float16), .set("r", [Index(0)], .constant(0.1, .float16)),
                .set("y", [Index(0)], .load("r", [Index(0)]) + .load("x", [Index(1)])),
            ], buffers: buffers(.float16))
        #expect(
            body == """
                float r_0;
                r_0 = 0.099975586f;
                vstore_half_rte(r_0 + vload_half(1, x), 0, y);
                """)
    }

    @Test func streamingStoresAreOrdinaryOnes() throws {
        let store = Store("y", [.o16], twice(.float16), isStreaming: true)
        let body = try Printed.body(
            [.lanes("l", 16, [.store([store])])], grid: [Axis("o", 4)], buffers: buffers(.float16))
        #expect(body.hasPrefix("vstore_half16_rte("))
    }

    @Test func tailsConvertToo() throws {
        let bound = Bound(.o16, below: 60)
        let store = Statement.set("y", [.o16], .load(Load("x", [.o16], bounds: [bound])), [bound])
        let buffers = [
            Buffer("x", .bfloat16, shape: [60], role: .input), Buffer("y", .bfloat16, shape: [60], role: .output),
        ]
        let source = try Printed.source([.lanes("l", 16, [store])], grid: [Axis("o", 4)], buffers: buffers)
        #expect(source.contains("float16 kw_load_first_bfloat16x16(__global const ushort * p"))
        #expect(source.contains("void kw_store_first_bfloat16x16(float16 value, __global ushort * p"))
        #expect(source.contains("p[i] = kw_bfloat16_bits(lanes[i]);"))
    }
}
