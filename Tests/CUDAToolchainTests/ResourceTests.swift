import CUDAToolchain
import Testing

@Suite("Resources of kernels")
struct ResourceTests {
    @Test("registers, stack and spills from the assembler's report")
    func spills() throws {
        let report = AssemblerReport(log: try Fixture.text("spill-sm86.assembler"))
        #expect(
            report.kernels == [
                KernelResources(
                    name: "local", registers: 38, stackBytes: 128, spillStoreBytes: 0, spillLoadBytes: 0,
                    constantBytes: [0: 368], barriers: 0),
                KernelResources(
                    name: "spill", registers: 64, stackBytes: 120, spillStoreBytes: 120, spillLoadBytes: 120,
                    constantBytes: [0: 372], barriers: 0),
            ])
        #expect(report["spill"]?.spills == true)
        #expect(report["local"]?.spills == false)
    }

    @Test("global and constant variables")
    func variables() throws {
        let report = AssemblerReport(log: try Fixture.text("mixed-sm86.assembler"))
        #expect(report.globalBytes == 4)
        #expect(report.constantBytes == [3: 256, 4: 8])
        #expect(report["mixed"]?.constantBytes == [0: 396, 2: 16])
    }

    @Test("both tools agree on what both know", arguments: ["spill-sm86", "mixed-sm86", "tile-sm90"])
    func agreement(fixture: String) throws {
        let report = AssemblerReport(log: try Fixture.text("\(fixture).assembler"))
        let reserved = fixture.hasSuffix("90") ? 1024 : 0
        let usage = ResourceUsage(try Fixture.text("\(fixture).usage"), reservedSharedBytes: reserved)
        #expect(usage.kernels.map(\.name) == report.kernels.map(\.name))
        #expect(usage.globalBytes == report.globalBytes)
        for kernel in usage.kernels {
            let other = try #require(report[kernel.name])
            #expect(kernel.registers == other.registers)
            #expect(kernel.sharedBytes == other.sharedBytes)
            #expect(kernel.stackBytes == other.stackBytes)
            #expect(kernel.spills == nil)
        }
    }

    @Test("a called function's properties are not a kernel's")
    func functions() {
        let report = AssemblerReport(
            log: """
                ptxas info    : 0 bytes gmem
                ptxas info    : Compiling entry function 'loops' for 'sm_86'
                ptxas info    : Function properties for loops
                ptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
                ptxas info    : Used 14 registers, used 0 barriers, 372 bytes cmem[0], 32 bytes cmem[2]
                ptxas info    : Function properties for _Z6helperfi
                ptxas         .     16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads
                """)
        #expect(report.kernels.map(\.name) == ["loops"])
        #expect(
            report.functions == [
                KernelResources(name: "_Z6helperfi", stackBytes: 16, spillStoreBytes: 8, spillLoadBytes: 12)
            ])
    }

    @Test(
        "odd reports give nothing",
        arguments: ["", "ptxas info    : ", "ptxas info    : Used registers", "REG:1", "Function"])
    func odd(text: String) {
        #expect(AssemblerReport(log: text).kernels.isEmpty)
        #expect(ResourceUsage(text).kernels.isEmpty)
    }
}
