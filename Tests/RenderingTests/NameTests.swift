import KernelIR
import Testing

@testable import Rendering

@Suite struct NameTests {
    @Test func spellings() {
        var names = Identifiers(reserved: OpenCLDialect.words)
        #expect(names.name("m.o", kind: "axis") == "m_o")
        #expect(names.name("m.o", kind: "axis") == "m_o")
        #expect(names.name("m_o", kind: "axis") == "m_o_2")
        #expect(names.name("m.o", kind: "buffer") == "m_o_3")
        #expect(names.name("0.weight", kind: "buffer") == "_0_weight")
        #expect(names.name("größe", kind: "buffer") == "gr__e")
        #expect(names.name("float", kind: "buffer") == "float_2")
        #expect(names.name("exp", kind: "buffer") == "exp_2")
        #expect(names.name("vload16", kind: "buffer") == "vload16_2")
    }

    @Test func axesNeedNotRepeatTheirKernelsName() {
        var names = Identifiers(reserved: [], prefix: "matmul.")
        #expect(names.name("matmul.m.o", kind: "axis") == "m_o")
        #expect(names.name("m.o", kind: "axis") == "m_o_2")
        #expect(names.name("matmul_1.m", kind: "axis") == "matmul_1_m")
        #expect(names.name("matmul.", kind: "axis") == "matmul_")
        #expect(names.name("matmul.x", kind: "buffer") == "matmul_x")
    }

    @Test func freshNamesAvoidAllOthers() {
        var names = Identifiers(reserved: [])
        #expect(names.name("x_0", kind: "axis") == "x_0")
        #expect(names.fresh("x") == "x_1")
        #expect(names.fresh("x") == "x_2")
        names.reserve("x_3")
        #expect(names.fresh("x") == "x_4")
    }

    @Test func longLinesBreakBehindCommas() {
        var writer = CodeWriter(depth: 1)
        let arguments = (0..<30).map { "value\($0)" }.joined(separator: ", ")
        writer.line("call(\(arguments));")
        #expect(writer.lines.count == 3)
        #expect(writer.lines.allSatisfy { $0.count <= 120 })
        #expect(writer.lines.dropLast().allSatisfy { $0.hasSuffix(",") })
        #expect(writer.lines.dropFirst().allSatisfy { $0.hasPrefix("        value") })
    }
}
