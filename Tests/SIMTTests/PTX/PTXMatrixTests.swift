import Testing

@testable import SIMT

@Suite("PTX matrices") struct PTXMatrixTests {
    private func registers(_ count: Int, _ prefix: String = "%r") -> String {
        "{" + (0..<count).map { "\(prefix)\($0)" }.joined(separator: ", ") + "}"
    }

    @Test(
        arguments: [
            ("m16n8k16.row.col.f32.f16.f16.f32", [4, 4, 2, 4]), ("m16n8k16.row.col.f16.f16.f16.f16", [2, 4, 2, 2]),
            ("m16n8k8.row.col.f32.bf16.bf16.f32", [4, 2, 1, 4]), ("m16n8k8.row.col.f32.tf32.tf32.f32", [4, 4, 2, 4]),
            ("m16n8k4.row.col.f32.tf32.tf32.f32", [4, 2, 1, 4]),
            ("m16n8k32.row.col.satfinite.s32.s8.u8.s32", [4, 4, 2, 4]),
            ("m8n8k16.row.col.s32.s8.s8.s32", [2, 1, 1, 2]), ("m16n8k64.row.col.s32.s4.s4.s32", [4, 4, 2, 4]),
            ("m16n8k32.row.col.f32.e4m3.e5m2.f32", [4, 4, 2, 4]), ("m8n8k4.col.row.f32.f16.f16.f32", [8, 2, 2, 8]),
            ("m8n8k4.row.col.f16.f16.f16.f16", [4, 2, 2, 4]),
        ])
    func products(form: String, counts: [Int]) throws {
        let operands = counts.map { registers($0) }.joined(separator: ", ")
        let instruction = try PTXTexts.instruction("mma.sync.aligned.\(form) \(operands);")
        guard case .mma(let product) = instruction.operation else {
            Issue.record("no product")
            return
        }
        let words = form.split(separator: ".").map(String.init)
        #expect(product.shape.description == words[0])
        #expect(product.aLayout.rawValue == words[1] && product.bLayout.rawValue == words[2])
        let types = [product.d, product.a, product.b, product.c].map(\.rawValue)
        #expect(types == Array(words.suffix(4)))
        #expect(product.saturates == words.contains("satfinite"))
        #expect(instruction.operands.map(\.elements.count) == counts)
    }

    @Test func doublePrecisionTakesWideRegisters() throws {
        let text = "mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%e1, %e2}, {%e3}, {%e4}, {%e1, %e2};"
        guard case .mma(let product) = try PTXTexts.operation(text) else {
            Issue.record("no product")
            return
        }
        #expect(product.d == .f64)
        #expect(PTXTexts.error(text.replacing("%e1", with: "%f1"))?.code == .operand)
    }

    @Test func bitsAreCounted() throws {
        let text = "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc "
        let operands = [4, 4, 2, 4].map { registers($0) }.joined(separator: ", ")
        guard case .mma(let product) = try PTXTexts.operation(text + operands + ";") else {
            Issue.record("no product")
            return
        }
        #expect(product.bitOperator == .and && product.a == .b1)
    }

    @Test(
        arguments: [
            ("load.a.sync.aligned.row.m16n16k16.global.f16", 8), ("load.b.sync.aligned.col.m32n8k16.shared.f16", 8),
            ("load.a.sync.aligned.row.m8n32k16.global.bf16", 2), ("load.b.sync.aligned.row.m8n32k16.global.bf16", 8),
            ("load.c.sync.aligned.row.m16n16k16.global.f32", 8), ("load.c.sync.aligned.col.m16n16k16.f16", 4),
            ("load.a.sync.aligned.row.m16n16k8.global.tf32", 4), ("load.a.sync.aligned.row.m16n16k16.global.s8", 2),
            ("load.b.sync.aligned.col.m8n8k32.global.u4", 1), ("load.a.sync.aligned.row.m8n8k128.global.b1", 1),
        ])
    func fragmentLoads(form: String, count: Int) throws {
        let text = "wmma.\(form) \(registers(count)), [%d1], %r40;"
        guard case .wmmaLoad(let access) = try PTXTexts.operation(text) else {
            Issue.record("no load")
            return
        }
        let words = form.split(separator: ".").map(String.init)
        #expect(access.fragment.rawValue == words[1])
        #expect(access.layout.rawValue == words[4])
        #expect(access.shape.description == words[5])
        #expect(access.type.rawValue == words[words.count - 1])
        #expect(access.space == (words.contains("shared") ? .shared : words.contains("global") ? .global : .generic))
        #expect(access.registerCount == count)
        #expect(PTXTexts.error("wmma.\(form) \(registers(count + 1)), [%d1], %r40;")?.code == .operand)
    }

    @Test func fragmentStoresAndProducts() throws {
        let store = "wmma.store.d.sync.aligned.row.m16n16k16.global.f32 [%d1], \(registers(8, "%f")), %r1;"
        guard case .wmmaStore(let access) = try PTXTexts.operation(store) else {
            Issue.record("no store")
            return
        }
        #expect(access.fragment == .d && access.type == .f32)
        let operands = [registers(8, "%f"), registers(8), registers(8), registers(8, "%f")].joined(separator: ", ")
        let half = "wmma.mma.sync.aligned.row.col.m16n16k16.f32.f32 \(operands);"
        guard case .wmmaMultiply(let product) = try PTXTexts.operation(half) else {
            Issue.record("no product")
            return
        }
        #expect([product.d, product.a, product.b, product.c] == [.f32, .f16, .f16, .f32])
        let full = [8, 4, 4, 8].map { registers($0) }.joined(separator: ", ")
        guard
            case .wmmaMultiply(let second) = try PTXTexts.operation(
                "wmma.mma.sync.aligned.row.row.m16n16k16.f32.bf16.bf16.f32 \(full);")
        else {
            Issue.record("no product")
            return
        }
        #expect(second.a == .bf16 && second.bLayout == .row)
    }

    @Test func matrixTransfers() throws {
        #expect(
            try PTXTexts.operation("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%r1, %r2, %r3, %r4}, [%r5+32];")
                == .ldmatrix(PTXMatrixTransfer(count: 4, isTransposed: true, space: .shared)))
        #expect(
            try PTXTexts.operation("ldmatrix.sync.aligned.m8n8.x1.shared::cta.b16 {%r1}, [%r5];")
                == .ldmatrix(PTXMatrixTransfer(count: 1, isTransposed: false, space: .shared)))
        #expect(
            try PTXTexts.operation("stmatrix.sync.aligned.m8n8.x2.shared.b16 [%r5], {%r1, %r2};")
                == .stmatrix(PTXMatrixTransfer(count: 2, isTransposed: false, space: .shared)))
        #expect(try PTXTexts.operation("movmatrix.sync.aligned.m8n8.trans.b16 %r1, %r2;") == .movmatrix)
        #expect(PTXTexts.error("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r1, %r2}, [%r5];")?.code == .operand)
    }

    @Test(
        arguments: [
            ("mma.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32", "m16n8k16"),
            ("mma.sync.aligned.m16n8k16.row.col.f32.bf16.f16.f32", "m16n8k8"),
            ("mma.sync.aligned.m16n8k16.row.f32.f16.f16.f32", ".col"), ("mma.aligned.m16n8k16.row.col.f32", ".sync"),
            ("mma.sp.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32", "mma.sync"),
            ("mma.sync.aligned.row.col.f32.f16.f16.f32", ".m16n8k16"), ("wmma.fill.f32", ".load"),
            ("ldmatrix.sync.aligned.m8n8.x3.shared.b16", ".x4"),
            ("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16", ".f32"),
        ])
    func unknownFormsNameWhatIsKnown(form: String, known: String) throws {
        let error = try #require(PTXTexts.error(form + " {%r1}, {%r1}, {%r1}, {%r1};"))
        #expect(error.hint?.contains(known) == true, "\(error)")
        #expect(error.opcode == form)
    }
}
