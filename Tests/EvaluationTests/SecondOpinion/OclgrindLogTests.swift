import Testing

@testable import Evaluation

@Suite("Oclgrind's log") struct OclgrindLogTests {
    @Test("findings carry kernel and line, whatever stands between them")
    func findings() {
        let log = OclgrindLog(
            """
            a kernel printed this

            Read-write data race at global memory address 0x3000000000000
            \tKernel: k
            \tFirst entity: Global(1,0,0) Local(0,0,0) Group(1,0,0)
            \t  %8 = load float, float addrspace(1)* %arrayidx9, align 4, !dbg !70
            \tAt line 4 (column 14) of input.cl:
            \t  (source not available)
            \tSecond entity: Global(0,0,0) Local(0,0,0) Group(0,0,0)
            \tAt line 6 (column 6) of input.cl:

            Uninitialized value written to global memory address 0x3000000000004
            \tKernel: other
            \tAt line 11 (column 6) of input.cl:

            Work-item divergence detected (barrier):
            \tKernel: k
            Invalid write of size 4 at global memory address 0x3000000000fa0
            \tKernel: k
            """)
        #expect(log.findings.map(\.kind) == [.race, .uninitialized, .divergence, .outOfBounds])
        #expect(log.findings.map(\.kernel) == ["k", "other", "k", "k"])
        #expect(log.findings.map(\.line) == [4, 11, nil, nil])
        #expect(log.findings[0].text == "Read-write data race at global memory address 0x3000000000000")
    }

    @Test("a race rejects with its place, an unwritten value does not, silence neither")
    func rejections() {
        let race = SecondOpinion.Finding(kind: .race, kernel: "k", line: 4, text: "data race at 0x3")
        let unwritten = SecondOpinion.Finding(kind: .uninitialized, kernel: "k", line: 2, text: "Uninitialized value")
        let found = SecondOpinion(tool: "oclgrind", findings: [unwritten, race]).rejection
        #expect(found?.status == .race)
        #expect(found?.message == "oclgrind in k, line 4: data race at 0x3")
        #expect(SecondOpinion(tool: "oclgrind", findings: [unwritten]).rejection == nil)
        #expect(SecondOpinion(tool: "oclgrind", unfinished: "too long").rejection == nil)
    }
}
