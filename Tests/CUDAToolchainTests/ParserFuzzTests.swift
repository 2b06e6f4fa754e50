import Testing

@testable import CUDAToolchain

@Suite("Damaged output of tools")
struct ParserFuzzTests {
    /// SplitMix64, so that a failure comes again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    @Test(
        "every parser takes texts with bytes changed and lines lost, doubled or cut",
        arguments: [
            "loops-sm86.nvdisasm", "async-sm90.nvdisasm", "basic-sm86.cuobjdump", "spill-sm86.assembler",
            "mixed-sm86.usage", "template.log", "async-sm75.log",
        ])
    func damaged(fixture: String) throws {
        let text = try Fixture.text(fixture)
        var generator = Generator(state: 1)
        for _ in 0..<15 {
            let damaged = damage(text, &generator)
            let listing = SASSListing(damaged)
            for function in listing.functions {
                let count = function.instructions.count
                #expect(function.loops.allSatisfy { $0.instructions.count <= count })
                #expect(SASSMix(function.instructions).count <= count)
            }
            let lines = damaged.utf8.count
            let source = CUDASource(name: "k.cu", text: "")
            #expect(CompilerLog(damaged, source: source, ptx: damaged).diagnostics.count <= lines)
            #expect(AssemblerReport(log: damaged).kernels.count <= lines)
            #expect(ResourceUsage(damaged).kernels.count <= lines)
        }
    }

    private func damage(_ text: String, _ generator: inout Generator) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
            let index = Int.random(in: lines.indices, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where lines.count > 1: lines.remove(at: index)
            case 1: lines.insert(lines[index], at: Int.random(in: lines.indices, using: &generator))
            case 2: lines[index] = Array(lines[index].prefix(Int.random(in: 0...lines[index].count, using: &generator)))
            case 3: lines.swapAt(index, Int.random(in: lines.indices, using: &generator))
            default:
                guard !lines[index].isEmpty else { continue }
                let place = Int.random(in: lines[index].indices, using: &generator)
                lines[index][place] = UInt8.random(in: 0...255, using: &generator)
            }
        }
        return String(decoding: Array(lines.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    }
}
