import Testing

@testable import SIMT

/// Matrix products against plain ones, with fragments dealt out as the PTX manual draws them.
@Suite struct MatrixInstructionTests {
    /// Small numbers that every format holds, so that sums are exact.
    private func matrix(_ rows: Int, _ columns: Int, _ seed: UInt64) -> [[Int]] {
        var source = Operands(seed)
        return (0..<rows).map { _ in (0..<columns).map { _ in Int(source.next() >> 33 & 7) - 3 } }
    }

    private func product(_ a: [[Int]], _ b: [[Int]], _ c: [[Int]]) -> [[Int]] {
        a.indices.map { i in
            b[0].indices.map { j in
                var sum = c[i][j]
                for k in b.indices { sum += a[i][k] * b[k][j] }
                return sum
            }
        }
    }

    private func bits(_ value: Int, _ type: String) -> UInt32 {
        switch type {
        case "f16": RoundedFormat.half.bits(Double(value))
        case "bf16": RoundedFormat.bfloat.bits(Double(value))
        case "s8": UInt32(UInt8(bitPattern: Int8(value)))
        default: Float(value).bitPattern
        }
    }

    /// One `mma` with the fragments built here, lane by lane, from figures of the manual.
    private func check(_ type: String, k: Int, accumulator: String = "f32") throws {
        let perRegister = type == "s8" ? 4 : type == "tf32" ? 1 : 2
        let width = UInt32(32 / perRegister)
        let (a, b, c) = (matrix(16, k, 1), matrix(k, 8, 2), matrix(16, 8, 3))
        let aCount = 16 * k / 32 / perRegister
        let bCount = aCount / 2
        var fragments: [UInt32] = []
        for lane in 0..<32 {
            let (group, member) = (lane / 4, lane % 4)
            for register in 0..<aCount {
                var word: UInt32 = 0
                for part in 0..<perRegister {
                    let row = group + (register % 2) * 8
                    let column = member * perRegister + part + (register / 2) * 4 * perRegister
                    word |= bits(a[row][column], type) << (width * UInt32(part) % 32)
                }
                fragments.append(word)
            }
            for register in 0..<bCount {
                var word: UInt32 = 0
                for part in 0..<perRegister {
                    let row = member * perRegister + part + register * 4 * perRegister
                    word |= bits(b[row][group], type) << (width * UInt32(part) % 32)
                }
                fragments.append(word)
            }
            for index in 0..<4 {
                let value = c[group + index / 2 * 8][2 * member + index % 2]
                fragments.append(type == "s8" ? UInt32(bitPattern: Int32(value)) : Float(value).bitPattern)
            }
        }
        let count = aCount + bCount + 4
        var body = "mad.lo.u64 %Q0, %T, \(4 * count), %P0;\n"
        for index in 0..<count { body += "ld.global.b32 %r\(index), [%Q0+\(4 * index)];\n" }
        func list(_ range: Range<Int>) -> String { "{" + range.map { "%r\($0)" }.joined(separator: ", ") + "}" }
        let cList = list(aCount + bCount..<count)
        body +=
            "mma.sync.aligned.m16n8k\(k).row.col.\(accumulator).\(type).\(type).\(accumulator) "
            + "{%r20, %r21, %r22, %r23}, "
            + "\(list(0..<aCount)), \(list(aCount..<aCount + bCount)), \(cList);\n"
            + "mad.lo.u64 %Q1, %T, 16, %P1;\nst.global.v4.b32 [%Q1], {%r20, %r21, %r22, %r23};\nret;"
        let memory = GlobalMemory()
        let input = memory.allocate(copying: fragments, name: "fragments")
        let out = memory.allocate(byteCount: 512, name: "out")
        let report = try Emulation.run(Emulation.kernel(pointers: 2, body), memory, [input, out])
        #expect(report.isComplete, "\(report.faults)")
        let made = memory.read(out, as: UInt32.self)
        let wanted = product(a, b, c)
        for lane in 0..<32 {
            for index in 0..<4 {
                let value = wanted[lane / 4 + index / 2 * 8][2 * (lane % 4) + index % 2]
                let expected = type == "s8" ? UInt32(bitPattern: Int32(value)) : Float(value).bitPattern
                #expect(made[4 * lane + index] == expected, "\(type) k\(k) lane \(lane) element \(index)")
            }
        }
    }

    @Test func productsOfRegisters() throws {
        try check("f16", k: 8)
        try check("f16", k: 16)
        try check("bf16", k: 8)
        try check("bf16", k: 16)
        try check("tf32", k: 4)
        try check("tf32", k: 8)
        try check("s8", k: 16, accumulator: "s32")
        try check("s8", k: 32, accumulator: "s32")
    }

    @Test func matricesFromSharedMemory() throws {
        // Element (r, c) of matrix m is 256 m + 8 r + c; ldmatrix gives lane l the pair at row l / 4, column 2 (l % 4).
        let body = """
            mov.u32 %r0, s;
            mov.u32 %r1, 0;
            FILL:
            mad.lo.u32 %r2, %r1, 32, %t;
            shl.b32 %r3, %r2, 1;
            add.u32 %r3, %r3, %r0;
            shr.u32 %r5, %r2, 6; shl.b32 %r5, %r5, 8; and.b32 %r4, %r2, 63; or.b32 %r4, %r4, %r5;
            cvt.u16.u32 %h0, %r4;
            st.shared.u16 [%r3], %h0;
            add.u32 %r1, %r1, 1;
            setp.lt.u32 %p0, %r1, 8;
            @%p0 bra FILL;
            bar.sync 0;
            mad.lo.u32 %r6, %t, 16, %r0;
            ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r10, %r11, %r12, %r13}, [%r6];
            ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%r14, %r15}, [%r6];
            movmatrix.sync.aligned.m8n8.trans.b16 %r16, %r10;
            stmatrix.sync.aligned.m8n8.x1.shared.b16 [%r6+512], {%r13};
            bar.sync 0;
            mad.lo.u32 %r7, %t, 4, %r0;
            ld.shared.u32 %r17, [%r7+512];
            mad.lo.u64 %Q0, %T, 32, %P0;
            st.global.v4.u32 [%Q0], {%r10, %r13, %r14, %r15};
            st.global.v2.u32 [%Q0+16], {%r16, %r17};
            ret;
            """
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 1024, name: "out")
        let text = Emulation.kernel(pointers: 1, declarations: ".shared .align 16 .b8 s[1024];", body)
        let report = try Emulation.run(text, memory, [out])
        #expect(report.isComplete, "\(report.faults)")
        let made = memory.read(out, as: UInt32.self)
        func pair(_ matrix: Int, _ row: (Int) -> Int, _ column: (Int) -> Int) -> UInt32 {
            let (low, high) = (256 * matrix + 8 * row(0) + column(0), 256 * matrix + 8 * row(1) + column(1))
            return UInt32(low) | UInt32(high) << 16
        }
        for lane in 0..<32 {
            let (g, m) = (lane / 4, 2 * (lane % 4))
            #expect(made[8 * lane] == pair(0, { _ in g }, { m + $0 }))
            #expect(made[8 * lane + 1] == pair(3, { _ in g }, { m + $0 }))
            #expect(made[8 * lane + 2] == pair(0, { m + $0 }, { _ in g }))
            #expect(made[8 * lane + 3] == pair(1, { m + $0 }, { _ in g }))
            #expect(made[8 * lane + 4] == pair(0, { m + $0 }, { _ in g }))
            #expect(made[8 * lane + 5] == pair(3, { _ in g }, { m + $0 }))
        }
    }

    @Test(arguments: [("f16", "f32"), ("bf16", "f32"), ("f16", "f16"), ("s8", "s32")])
    func fragmentsOfTheApi(_ type: String, _ accumulator: String) throws {
        let (a, b, c) = (matrix(16, 16, 5), matrix(16, 16, 6), matrix(16, 16, 7))
        let size = type == "s8" ? 1 : 2
        let memory = GlobalMemory()
        func bytes(_ values: [[Int]], _ type: String, _ size: Int, transposed: Bool = false) -> [UInt8] {
            (0..<256).flatMap { index in
                let (i, j) = transposed ? (index % 16, index / 16) : (index / 16, index % 16)
                let word = type == "s32" ? UInt32(bitPattern: Int32(values[i][j])) : bits(values[i][j], type)
                return (0..<size).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
            }
        }
        let sumSize = accumulator == "f16" ? 2 : 4
        let pa = memory.allocate(copying: bytes(a, type, size), name: "a")
        let pb = memory.allocate(copying: bytes(b, type, size, transposed: true), name: "b")
        let pc = memory.allocate(copying: bytes(c, accumulator, sumSize), name: "c")
        let pd = memory.allocate(byteCount: 256 * sumSize, name: "d")
        let inputs = type == "f16" ? 8 : type == "bf16" ? 4 : 2
        let sums = accumulator == "f16" ? 4 : 8
        func list(_ first: Int, _ count: Int) -> String {
            "{" + (first..<first + count).map { "%r\($0)" }.joined(separator: ", ") + "}"
        }
        let types = type == "f16" ? "\(accumulator).\(accumulator)" : "\(accumulator).\(type).\(type).\(accumulator)"
        let body = """
            mov.u32 %r30, 16;
            wmma.load.a.sync.aligned.row.m16n16k16.global.\(type) \(list(0, inputs)), [%P0], %r30;
            wmma.load.b.sync.aligned.col.m16n16k16.global.\(type) \(list(8, inputs)), [%P1], 16;
            wmma.load.c.sync.aligned.row.m16n16k16.global.\(accumulator) \(list(16, sums)), [%P2];
            wmma.mma.sync.aligned.row.col.m16n16k16.\(types) \(list(16, sums)),
                \(list(0, inputs)), \(list(8, inputs)), \(list(16, sums));
            wmma.store.d.sync.aligned.col.m16n16k16.global.\(accumulator) [%P3], \(list(16, sums)), %r30;
            ret;
            """
        let report = try Emulation.run(Emulation.kernel(pointers: 4, body), memory, [pa, pb, pc, pd])
        #expect(report.isComplete, "\(report.faults)")
        // The store was by columns.
        #expect(memory.read(pd, as: UInt8.self) == bytes(product(a, b, c), accumulator, sumSize, transposed: true))
    }

    @Test func asynchronousCopies() throws {
        let memory = GlobalMemory()
        let input = memory.allocate(copying: (0..<128).map { UInt32($0 + 1) }, name: "in")
        let out = memory.allocate(byteCount: 512, name: "out")
        let body = """
            mov.u32 %r0, s;
            mad.lo.u32 %r1, %t, 16, %r0;
            mad.lo.u64 %Q0, %T, 16, %P0;
            setp.lt.u32 %p0, %t, 8;
            selp.u32 %r2, 16, 0, %p0;
            cp.async.cg.shared.global [%r1], [%Q0], 16, %r2;
            setp.ge.u32 %p1, %t, 24;
            @%p1 cp.async.ca.shared.global [%r1], [%Q0], 8;
            setp.eq.u32 %p2, %t, 20;
            selp.u32 %r2, 4, 0, %p2;
            @%p2 cp.async.cg.shared.global [%r1], [%Q0], 16, %r2;
            cp.async.commit_group;
            cp.async.wait_group 0;
            bar.sync 0;
            ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [%r1];
            mad.lo.u64 %Q1, %T, 16, %P1;
            st.global.v4.u32 [%Q1], {%r4, %r5, %r6, %r7};
            ret;
            """
        let text = Emulation.kernel(pointers: 2, declarations: ".shared .align 16 .b8 s[512];", body)
        #expect(try Emulation.run(text, memory, [input, out]).isComplete)
        let made = memory.read(out, as: UInt32.self)
        for lane in 0..<32 {
            let words = lane < 8 ? 4 : lane >= 24 ? 2 : lane == 20 ? 1 : 0
            for k in 0..<4 { #expect(made[4 * lane + k] == (k < words ? UInt32(4 * lane + k + 1) : 0), "lane \(lane)") }
        }
    }

    @Test func asynchronousCopiesOfAnyNumberOfBytes() throws {
        let bytes = (0..<512).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
        let memory = GlobalMemory()
        let input = memory.allocate(copying: bytes, name: "in")
        let out = memory.allocate(byteCount: 1024, name: "out")
        let body = """
            mov.u32 %r0, s;
            mad.lo.u32 %r1, %t, 16, %r0;
            mad.lo.u64 %Q0, %T, 16, %P0;
            min.u32 %r2, %t, 16;
            cp.async.cg.shared.global [%r1], [%Q0], 16, %r2;
            setp.lt.u32 %p0, %t, 9;
            cp.async.cg.shared.global [%r1+512], [%Q0], 16, %p0;
            cp.async.wait_all;
            mad.lo.u64 %Q1, %T, 16, %P1;
            ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [%r1];
            st.global.v4.u32 [%Q1], {%r4, %r5, %r6, %r7};
            ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [%r1+512];
            st.global.v4.u32 [%Q1+512], {%r4, %r5, %r6, %r7};
            ret;
            """
        let text = Emulation.kernel(pointers: 2, declarations: ".shared .align 16 .b8 s[1024];", body)
        let report = try Emulation.run(text, memory, [input, out])
        #expect(report.isComplete, "\(report.faults)")
        let made = memory.read(out, as: UInt8.self)
        for place in 0..<512 {
            #expect(made[place] == (place % 16 < min(place / 16, 16) ? bytes[place] : 0), "byte \(place)")
            // A true predicate leaves the source out.
            #expect(made[512 + place] == (place / 16 < 9 ? 0 : bytes[place]), "byte \(place)")
        }
    }

    @Test func aMatrixInstructionNeedsTheWholeWarp() throws {
        let text = Emulation.kernel(
            pointers: 0,
            """
            mov.u32 %r0, 0;
            mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%r4, %r5, %r6, %r7},
            {%r0, %r0}, {%r0}, {%r0, %r0, %r0, %r0};
            ret;
            """
        )
        let report = try Emulation.run(text, GlobalMemory(), [], block: SIMTExtent(31))
        #expect(report.faults.first?.kind == .mask)
    }
}
