import Glibc
import KernelIR
import Testing

@testable import Workers

@Suite("Buffer sets") struct BufferSetTests {
    @Test("memory goes with the set, even where somebody else has its file open")
    func memoryGoes() throws {
        var files: [Int32] = []
        defer { files.forEach { close($0) } }
        do {
            let set = try Fixture.makeBuffers(scale: 1)
            files = [dup(set.sealed.file.raw), dup(set.outputs.file.raw)]
            #expect(files.allSatisfy { blocks(of: $0) > 0 })
            withExtendedLifetime(set) {}
        }
        #expect(files.map(blocks) == [0, 0])
    }

    /// Blocks of memory behind an open file; -1 where it cannot be told.
    private func blocks(of file: Int32) -> Int {
        var status = stat()
        return fstat(file, &status) == 0 ? Int(status.st_blocks) : -1
    }
}
