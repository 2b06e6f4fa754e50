import KernelIR
import SIMT
import Testing
import Workloads

/// What the compiler says lanes hold of a matrix, against what the emulator takes them to hold.
@Suite struct MatrixFragmentTests {
    private static func type(_ format: MatrixFormat) -> PTXType {
        switch format {
        case .float16: .f16
        case .bfloat16: .bf16
        case .tf32: .tf32
        }
    }

    @Test(arguments: MatrixFormat.allCases) func registers(_ format: MatrixFormat) {
        let shape = PTXMatrixShape(m: MatrixFormat.rows, n: MatrixFormat.columns, k: format.depth)
        let type = Self.type(format)
        #expect(PTXMatrixMultiply.shapes(of: type, isFragment: false).contains(shape.description))
        let product = PTXMatrixMultiply(shape: shape, d: .f32, a: type, b: type, c: .f32)
        #expect(product.registerCount(.a, isFragment: false) == format.leftRegisters)
        #expect(product.registerCount(.b, isFragment: false) == format.rightRegisters)
        #expect(product.registerCount(.c, isFragment: false) == 4)
    }

    /// A small number for each element, alike in no row and no column.
    private func element(_ row: Int, _ column: Int, _ seed: Int) -> Int {
        (row * 7 + column * 5 + row * column + seed) % 9 - 4
    }

    private func bits(_ value: Int, _ format: MatrixFormat) -> UInt32 {
        switch format {
        case .float16: UInt32(HalfPrecision.float16(Float(value)))
        case .bfloat16: UInt32(HalfPrecision.bfloat16(Float(value)))
        case .tf32: Float(value).bitPattern
        }
    }

    /// The words that a lane gives the instruction: its part of A, of B and of C.
    private func words(_ lane: Int, _ format: MatrixFormat) -> [UInt32] {
        let (place, ranges) = (Index(lane), Ranges())
        func value(_ index: Index) -> Int { index.evaluate([:]) }
        func word(_ part: (Int) -> Int) -> UInt32 {
            (0..<format.elementsPerRegister).reduce(0) { $0 | bits(part($1), format) << UInt32(16 * $1) }
        }
        let left = (0..<format.leftRegisters).map { register in
            word { part in
                let at = format.left(register, part: part, lane: place, ranges)
                return element(value(at.row), value(at.inner), 1)
            }
        }
        let right = (0..<format.rightRegisters).map { register in
            word { part in
                let at = format.right(register, part: part, lane: place, ranges)
                return element(value(at.inner), value(at.column), 2)
            }
        }
        return left + right + results(lane).map { Float(element($0.row, $0.column, 3)).bitPattern }
    }

    /// Where the four results of a lane lie.
    private func results(_ lane: Int) -> [(row: Int, column: Int)] {
        [(0, 0), (0, 1), (1, 0), (1, 1)].map { half, pair in
            let at = MatrixFormat.result(lane: Index(lane), half: Index(half), pair: Index(pair), Ranges())
            return (at.row.evaluate([:]), at.column.evaluate([:]))
        }
    }

    /// One product of a warp; each lane has ten words, and gives back four.
    private func kernel(_ format: MatrixFormat) -> String {
        let type = Self.type(format).rawValue
        let loads = (0..<10).map { "ld.global.b32 %r\($0), [%Q0+\(4 * $0)];" }.joined(separator: "\n")
        return """
            .version 8.5
            .target sm_90
            .address_size 64
            .visible .entry k(.param .u64 p0, .param .u64 p1)
            {
            .reg .b64 %P<2>, %Q<2>, %T;
            .reg .b32 %t, %r<14>;
            ld.param.u64 %P0, [p0];
            ld.param.u64 %P1, [p1];
            mov.u32 %t, %tid.x;
            cvt.u64.u32 %T, %t;
            mad.lo.u64 %Q0, %T, 40, %P0;
            \(loads)
            mma.sync.aligned.m16n8k\(format.depth).row.col.f32.\(type).\(type).f32 {%r10, %r11, %r12, %r13}, \
            {%r0, %r1, %r2, %r3}, {%r4, %r5}, {%r6, %r7, %r8, %r9};
            mad.lo.u64 %Q1, %T, 16, %P1;
            st.global.v4.b32 [%Q1], {%r10, %r11, %r12, %r13};
            ret;
            }

            """
    }

    @Test(arguments: MatrixFormat.allCases) func products(_ format: MatrixFormat) throws {
        let memory = GlobalMemory()
        let input = memory.allocate(copying: (0..<32).flatMap { words($0, format) }, name: "words")
        let output = memory.allocate(byteCount: 512, name: "results")
        let program = SIMTProgram(try PTXModule(parsing: kernel(format)))
        let report = try program.run(
            SIMTLaunch(
                kernel: "k", grid: SIMTExtent(1), block: SIMTExtent(32),
                arguments: [.pointer(input), .pointer(output)]),
            memory: memory)
        #expect(report.isComplete, "\(report.faults)")
        let found = memory.read(output, as: Float.self)
        for lane in 0..<32 {
            for (number, place) in results(lane).enumerated() {
                let sum = (0..<format.depth).reduce(element(place.row, place.column, 3)) {
                    $0 + element(place.row, $1, 1) * element($1, place.column, 2)
                }
                #expect(found[4 * lane + number] == Float(sum), "lane \(lane), result \(number)")
            }
        }
    }
}
