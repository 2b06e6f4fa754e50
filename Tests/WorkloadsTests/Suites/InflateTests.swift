import Foundation
import KernelIR
import Testing

@testable import Workloads

/// Streams were written by zlib.
@Suite("Inflate") struct InflateTests {
    private func inflate(_ base64: String) throws -> [UInt8] {
        try Inflate.zlib([UInt8](try #require(Data(base64Encoded: base64))))
    }

    @Test(
        "Stored and fixed blocks", arguments: ["eAEBEgDt/2tlcm5lbGtlcm5lbGtlcm5lbEdtB4Q=", "eAHLTi3KS83JRiIBR20HhA=="])
    func simpleBlocks(stream: String) throws {
        #expect(try inflate(stream) == Array("kernelkernelkernel".utf8))
    }

    @Test("Dynamic blocks")
    func dynamicBlock() throws {
        let expected = (0..<120).flatMap { Array(repeating: UInt8($0 % 7), count: $0 % 5) }
        #expect(try inflate("eNrVjMkNADAMwjgS9h+5KFvUP2QLSranBCCpMrtJJ6BTW3CqqfdUU/pU0/CblwdMuwLG") == expected)
    }

    @Test("Damaged streams are refused")
    func damage() throws {
        let good = [UInt8](try #require(Data(base64Encoded: "eAHLTi3KS83JRiIBR20HhA==")))
        for length in good.indices {
            #expect(throws: KernelwrightError.self) { try Inflate.zlib(good[..<length]) }
        }
        for place in good.indices {
            var bad = good
            bad[place] ^= 0x10
            let result = try? Inflate.zlib(bad)
            #expect(result == nil || result == Array("kernelkernelkernel".utf8), "byte \(place)")
        }
    }
}
