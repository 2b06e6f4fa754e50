import CUDAToolchain
import Testing

@Suite("Kinds of instructions")
struct SASSClassTests {
    private func instruction(_ mnemonic: String) -> SASSInstruction {
        let parts = mnemonic.split(separator: ".").map(String.init)
        return SASSInstruction(address: 0, opcode: parts[0], modifiers: Array(parts.dropFirst()))
    }

    @Test(
        "the kind of each family",
        arguments: [
            ("FFMA", SASSClass.single), ("FSETP.GT.AND", .single), ("DFMA", .double), ("HFMA2.MMA", .half),
            ("IADD3.X", .integer), ("IMAD.MOV.U32", .integer), ("LOP3.LUT", .integer), ("MUFU.EX2", .special),
            ("F2F.F32.F64", .conversion), ("I2FP.F32.S32", .conversion), ("HMMA.16816.F32", .tensor),
            ("HGMMA.64x128x16.F32", .tensor), ("DMMA.884", .tensor), ("LDG.E.128", .global),
            ("ATOMG.E.ADD.STRONG.GPU", .global), ("LDSM.16.M88.4", .shared), ("ATOMS.ADD", .shared),
            ("STL.64", .local), ("LDC.64", .constant), ("LDGSTS.E.BYPASS.128", .copy), ("UTMALDG.2D", .copy),
            ("SHFL.DOWN", .exchange), ("BRA", .branch), ("BSSY", .branch), ("BAR.SYNC.DEFER_BLOCKING", .barrier),
            ("DEPBAR.LE", .barrier), ("UIADD3", .uniform), ("S2UR", .uniform), ("NOP", .other), ("S2R", .other),
            ("UNEWTHING.X", .uniform), ("XMMA", .tensor), ("WHAT", .other),
        ])
    func kinds(mnemonic: String, kind: SASSClass) {
        #expect(instruction(mnemonic).kind == kind)
    }

    @Test(
        "the bytes of an access",
        arguments: [
            ("LDG.E", 4), ("LDG.E.U16.CONSTANT", 2), ("LDG.E.S8", 1), ("LDS.64", 8), ("STS.128", 16), ("LDS.U.128", 16),
            ("LDSM.16.M88.4", 16), ("LDSM.16.MT88.2", 8), ("LDSM.16.M88", 4), ("LDGSTS.E.BYPASS.128", 16),
            ("RED.E.ADD.F64.RN", 8), ("ATOMG.E.ADD.F32.FTZ.RN.STRONG.GPU", 4),
        ])
    func widths(mnemonic: String, bytes: Int) {
        #expect(instruction(mnemonic).access?.bytes == bytes)
    }

    @Test(
        "what moves nothing has no access",
        arguments: [
            "FFMA", "BAR.SYNC", "SHFL.IDX", "CCTL.IVALL", "UTMALDG.2D",
        ])
    func noAccess(mnemonic: String) {
        #expect(instruction(mnemonic).access == nil)
    }

    @Test(
        "comparisons run beside products",
        arguments: [
            ("FFMA", SASSPipe.fma), ("FSETP.GT.AND", .alu), ("IMAD.WIDE", .fma), ("IADD3", .alu), ("POPC", .special),
            ("HMMA.16816.F32", .tensor), ("SHFL.DOWN", .memory), ("LDS", .memory), ("DADD", .double),
            ("R2UR", .uniform),
        ])
    func pipes(mnemonic: String, pipe: SASSPipe) {
        #expect(instruction(mnemonic).pipe == pipe)
    }

    @Test(
        "every kind of the fixtures' instructions is known",
        arguments: [
            "basic-sm86", "loops-sm86", "tile-sm86", "tensor-sm80", "async-sm90",
        ])
    func known(fixture: String) throws {
        let listing = SASSListing(try Fixture.text("\(fixture).nvdisasm"))
        let others = listing.functions.flatMap(\.instructions).filter { $0.kind == .other }.map(\.opcode)
        #expect(Set(others).isSubset(of: ["NOP", "S2R", "CS2R"]))
    }
}
