import CUDAToolchain
import Foundation
import KernelIR
import Testing

@Suite("Taking cubins apart", .enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct DisassemblerTests {
    private func binary(_ source: CUDASource, _ architecture: CUDAArchitecture) throws -> CUDABinary {
        let result = try Toolchain.compiler().compile(source, for: architecture)
        let code = try #require(result.code, "\(result.log)")
        return try Toolchain.disassembler().examine(code.cubin, report: result.report, source: source)
    }

    @Test("float4 loads and stores are 128 bits wide", arguments: Toolchain.architectures)
    func vectors(architecture: CUDAArchitecture) throws {
        let binary = try binary(Kernels.copy, architecture)
        #expect(binary.architecture == architecture)
        let function = try #require(binary.listing["copy"])
        #expect(function.isKernel)
        let mix = SASSMix(function.instructions)
        #expect(mix.accesses[SASSAccess(space: .global, direction: .load, bytes: 16)] == 1)
        #expect(mix.accesses[SASSAccess(space: .global, direction: .store, bytes: 16)] == 1)
        let load = try #require(function.instructions.first { $0.access?.direction == .load && $0.kind == .global })
        #expect(load.locations == [SASSLocation(file: "copy.cu", line: 2)])
        #expect(load.control != nil)
    }

    @Test("tensor instructions are classed as such", arguments: Toolchain.architectures)
    func tensor(architecture: CUDAArchitecture) throws {
        let binary = try binary(Kernels.tensor, architecture)
        let function = try #require(binary.listing["tensor"])
        #expect(SASSMix(function.instructions)[.tensor] > 0)
        #expect(function.loops.contains { $0.mix[.tensor] > 0 })
    }

    @Test("the loop of a tiled product has its mix", arguments: Toolchain.architectures)
    func loop(architecture: CUDAArchitecture) throws {
        let binary = try binary(Kernels.tiled, architecture)
        let loops = try #require(binary.listing["tiled"]).loops
        #expect(loops.count == 1)
        let loop = try #require(loops.first)
        #expect(loop.mix.fusedProducts == 16)
        #expect(loop.mix[.barrier] == 2)
        #expect(loop.mix.bytes(.global, .load) == 8)
        // A row of the left tile and a column of the right one.
        #expect(loop.mix.bytes(.shared, .load) == 2 * 16 * 4)
        #expect(loop.mix.bytes(.shared, .store) == 8)
        let lines = try #require(loop.lines(in: "tiled.cu"))
        #expect((7...13).contains(lines.lowerBound) && (7...13).contains(lines.upperBound))
        #expect(binary["tiled"]?.sharedBytes == 4 * (16 * 16 + 16 * 17))
    }

    @Test("spilled registers move through local memory", arguments: Toolchain.architectures)
    func spills(architecture: CUDAArchitecture) throws {
        let binary = try binary(Kernels.spilling, architecture)
        #expect(binary["spilling"]?.spills == true)
        let mix = SASSMix(try #require(binary.listing["spilling"]).instructions)
        #expect(mix.bytes(.local, .store) > 0 && mix.bytes(.local, .load) > 0)
    }

    @Test("without the report everything but spills is known", arguments: Toolchain.architectures)
    func withoutReport(architecture: CUDAArchitecture) throws {
        let result = try Toolchain.compiler().compile(Kernels.tiled, for: architecture)
        let code = try #require(result.code)
        let reported = try #require(result.report["tiled"])
        let kernel = try #require(try Toolchain.disassembler().examine(code.cubin)["tiled"])
        #expect(kernel.registers == reported.registers)
        #expect(kernel.sharedBytes == reported.sharedBytes)
        #expect(kernel.stackBytes == reported.stackBytes)
        #expect(kernel.spills == nil)
    }

    @Test("what is no cubin is refused and leaves no file", arguments: ["", "hello", "\u{7f}ELF"])
    func odd(text: String) throws {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: text == "\u{7f}ELF" ? 100 : 0)
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("kernelwright-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let disassembler = try CUDADisassembler(Toolchain.installation, temporaryFolder: place)
        let error = #expect(throws: KernelwrightError.self) { try disassembler.examine(bytes) }
        #expect(error?.code == .badInput)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
    }

    @Test("a truncated cubin is refused or read in part")
    func truncated() throws {
        let code = try #require(try Toolchain.compiler().compile(Kernels.tiled, for: .sm(86)).code)
        let disassembler = try Toolchain.disassembler()
        for part in 1...8 {
            do {
                _ = try disassembler.examine(Array(code.cubin.prefix(code.cubin.count * part / 9)))
            } catch {
                #expect(error.code == .badInput)
            }
        }
    }

    @Test("a limit on output holds")
    func limit() throws {
        let code = try #require(try Toolchain.compiler().compile(Kernels.tiled, for: .sm(86)).code)
        var disassembler = try Toolchain.disassembler()
        disassembler.maximumBytes = 100
        let error = #expect(throws: KernelwrightError.self) { try disassembler.examine(code.cubin) }
        #expect(error?.message.contains("more than 100 bytes") == true)
    }
}
