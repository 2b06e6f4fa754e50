import Testing

@testable import SIMT

/// Small kernels for tests: text in, values out.
enum Emulation {
    static let head = ".version 8.5\n.target sm_90\n.address_size 64\n"

    /// The program of a PTX text without its head.
    static func program(_ text: String) throws -> SIMTProgram {
        SIMTProgram(try PTXModule(parsing: head + text))
    }

    /// A kernel `k` of pointers `p0`, `p1`, … that stand in `%P0`, `%P1`, …; `%t` is the index in the grid.
    static func kernel(pointers: Int, declarations: String = "", _ body: String) -> String {
        let parameters = (0..<pointers).map { ".param .u64 p\($0)" }.joined(separator: ", ")
        let loads = (0..<pointers).map { "ld.param.u64 %P\($0), [p\($0)];" }.joined(separator: "\n")
        return """
            .visible .entry k(\(parameters))
            {
            .reg .b64 %P<9>, %Q<20>, %T;
            .reg .b32 %t, %r<40>, %lane;
            .reg .b16 %h<20>;
            .reg .f32 %f<20>;
            .reg .f64 %d<20>;
            .reg .pred %p<20>;
            \(declarations)
            \(loads)
            mov.u32 %r38, %ctaid.x;
            mov.u32 %r39, %ntid.x;
            mov.u32 %t, %tid.x;
            mad.lo.u32 %t, %r38, %r39, %t;
            mov.u32 %lane, %laneid;
            cvt.u64.u32 %T, %t;
            \(body)
            }

            """
    }

    /// Loads element `%t` of pointer `number` into a register.
    static func load(_ type: String, _ register: String, _ number: Int, bytes: Int) -> String {
        "mad.lo.u64 %Q19, %T, \(bytes), %P\(number); ld.global.\(type) \(register), [%Q19];\n"
    }

    /// Stores a register as element `%t` of pointer `number`.
    static func store(_ type: String, _ number: Int, _ register: String, bytes: Int) -> String {
        "mad.lo.u64 %Q19, %T, \(bytes), %P\(number); st.global.\(type) [%Q19], \(register);\n"
    }

    /// Runs kernel `k` and returns its report.
    @discardableResult
    static func run(
        _ text: String, _ memory: GlobalMemory, _ pointers: [UInt64], grid: SIMTExtent = SIMTExtent(1),
        block: SIMTExtent = SIMTExtent(32), dynamicSharedBytes: Int = 0, options: SIMTOptions = SIMTOptions()
    ) throws -> SIMTReport {
        try program(text).run(
            SIMTLaunch(
                kernel: "k", grid: grid, block: block, dynamicSharedBytes: dynamicSharedBytes,
                arguments: pointers.map(SIMTArgument.pointer)),
            memory: memory, options: options)
    }

    /// Runs a body that stores one word for each thread to pointer 0, and returns the words.
    static func words(
        _ body: String, declarations: String = "", threads: Int = 32, blocks: Int = 1, more: [[UInt32]] = [],
        options: SIMTOptions = SIMTOptions(), functions: String = ""
    ) throws -> [UInt32] {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 4 * threads * blocks, name: "out")
        let inputs = more.enumerated().map { memory.allocate(copying: $0.element, name: "in\($0.offset)") }
        let text = functions + kernel(pointers: 1 + more.count, declarations: declarations, body)
        let report = try run(
            text, memory, [out] + inputs, grid: SIMTExtent(blocks), block: SIMTExtent(threads), options: options)
        #expect(report.faults.isEmpty, "\(report.faults)")
        return memory.read(out, as: UInt32.self)
    }

    /// Runs instructions on three operands for each thread and returns what they leave in `%d` and `%D`.
    ///
    /// The operands are in `%x %y %z` (32 bits) and `%X %Y %Z` (64 bits); `%h<9>`, `%e<9>` (16 bits), `%r<9>`, `%q<9>`,
    /// `%p<9>` are free.
    static func apply(
        _ snippet: String, _ x: [UInt64], _ y: [UInt64]? = nil, _ z: [UInt64]? = nil
    ) throws -> (words: [UInt32], doubles: [UInt64]) {
        let text = """
            .visible .entry k(.param .u64 px, .param .u64 py, .param .u64 pz, .param .u64 pd, .param .u64 pD)
            {
            .reg .b64 %X, %Y, %Z, %D, %P, %O, %q<9>;
            .reg .b32 %x, %y, %z, %d, %r<9>, %b;
            .reg .b16 %h<9>;
            .reg .f16 %e<9>;
            .reg .pred %p<9>;
            mov.u32 %d, %ctaid.x;
            mov.u32 %b, %ntid.x;
            mov.u32 %x, %tid.x;
            mad.lo.u32 %x, %d, %b, %x;
            setp.ge.u32 %p0, %x, \(x.count);
            @%p0 exit;
            cvt.u64.u32 %O, %x;
            mul.lo.u64 %O, %O, 8;
            ld.param.u64 %P, [px];
            add.u64 %P, %P, %O;
            ld.global.u64 %X, [%P];
            ld.param.u64 %P, [py];
            add.u64 %P, %P, %O;
            ld.global.u64 %Y, [%P];
            ld.param.u64 %P, [pz];
            add.u64 %P, %P, %O;
            ld.global.u64 %Z, [%P];
            cvt.u32.u64 %x, %X;
            cvt.u32.u64 %y, %Y;
            cvt.u32.u64 %z, %Z;
            mov.u32 %d, 0;
            mov.u64 %D, 0;
            \(snippet)
            ld.param.u64 %P, [pD];
            add.u64 %P, %P, %O;
            st.global.u64 [%P], %D;
            shr.u64 %O, %O, 1;
            ld.param.u64 %P, [pd];
            add.u64 %P, %P, %O;
            st.global.u32 [%P], %d;
            ret;
            }

            """
        let whole = try run(text, block: 32, snippet, x, y ?? x, z ?? x)
        // The same with warps that are never full: other code runs there.
        let partial = try run(text, block: 23, snippet, x, y ?? x, z ?? x)
        #expect(partial == whole, "\(snippet) depends on which lanes are active")
        return (whole.words, whole.doubles)
    }

    private struct Results: Equatable {
        var words: [UInt32]
        var doubles: [UInt64]
    }

    private static func run(
        _ text: String, block: Int, _ snippet: String, _ x: [UInt64], _ y: [UInt64], _ z: [UInt64]
    ) throws -> Results {
        let memory = GlobalMemory()
        let inputs = [x, y, z].map { memory.allocate(copying: $0, name: "in") }
        let words = memory.allocate(byteCount: 4 * x.count, name: "words")
        let doubles = memory.allocate(byteCount: 8 * x.count, name: "doubles")
        let report = try run(
            text, memory, inputs + [words, doubles], grid: SIMTExtent((x.count + block - 1) / block),
            block: SIMTExtent(block))
        #expect(report.faults.isEmpty, "\(snippet): \(report.faults)")
        return Results(
            words: memory.read(words, as: UInt32.self), doubles: memory.read(doubles, as: UInt64.self))
    }
}

/// Operands for tests: the corners first, then numbers from a fixed sequence.
struct Operands {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }

    static let corners: [UInt64] = [
        0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff,
    ]

    /// `count` integers of all lengths.
    static func integers(_ seed: UInt64, _ count: Int = 256) -> [UInt64] {
        var source = Operands(seed)
        return (0..<count).map { index in
            if index < 96 { return corners[Int(source.next() >> 33) % corners.count] }
            return source.next() >> (source.next() >> 33 & 63)
        }
    }

    /// `count` single-precision numbers with exponents from −`range` to `range`, and special ones if asked for.
    static func floats(_ seed: UInt64, _ count: Int = 256, range: Int = 30, specials: Bool = true) -> [UInt64] {
        var source = Operands(seed)
        let known: [Float] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, Float(bitPattern: 0xa0000),
            Float(bitPattern: 0x8001_2345), .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude,
            0.5, 1.5, 2.5,
        ]
        return (0..<count).map { index in
            if specials, index < 64 { return UInt64(known[Int(source.next() >> 33) % known.count].bitPattern) }
            let exponent = UInt32(127 - range) + UInt32(source.next() >> 33) % UInt32(2 * range + 1)
            return UInt64(UInt32(source.next() >> 40) & 0x7f_ffff | exponent << 23 | UInt32(source.next() >> 63) << 31)
        }
    }

    /// `count` double-precision numbers with exponents from −`range` to `range`, and special ones if asked for.
    static func doubles(_ seed: UInt64, _ count: Int = 256, range: Int = 60, specials: Bool = true) -> [UInt64] {
        var source = Operands(seed)
        let known: [Double] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.5, 2.5,
            -3.5,
        ]
        return (0..<count).map { index in
            if specials, index < 48 { return known[Int(source.next() >> 33) % known.count].bitPattern }
            let exponent = UInt64(1023 - range) + (source.next() >> 33) % UInt64(2 * range + 1)
            return source.next() >> 12 | exponent << 52 | (source.next() >> 63) << 63
        }
    }

    /// `count` patterns of 16 bits in both halves of a word.
    static func halves(_ seed: UInt64, _ count: Int = 512) -> [UInt64] {
        var source = Operands(seed)
        return (0..<count).map { _ in source.next() >> 32 }
    }
}
