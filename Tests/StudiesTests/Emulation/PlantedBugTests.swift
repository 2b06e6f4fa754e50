import CUDAToolchain
import Foundation
import SIMT
import Testing

/// A kernel with one bug, on the line that a comment marks, and what the emulator should say of it.
struct PlantedBug: Sendable, CustomTestStringConvertible {
    /// The file's name, in the folder of faulty kernels and in that of clean ones.
    var name: String
    var kernel: String
    var kind: SIMTFault.Kind
    /// The first place that shows it: the block, and the thread in it.
    var block: Int
    var thread: Int
    var grid = 2
    var threads = 64
    /// Elements of both buffers; the last argument.
    var count = 128

    var testDescription: String { name }

    static let all = [
        PlantedBug(
            name: "off-by-one", kernel: "addOne", kind: .outOfBounds, block: 3, thread: 4, grid: 4, threads: 32,
            count: 100),
        PlantedBug(name: "missing-barrier", kernel: "repeats", kind: .sharedRace, block: 0, thread: 1),
        PlantedBug(name: "shared-race", kernel: "histogram", kind: .sharedRace, block: 0, thread: 32),
        PlantedBug(name: "global-race", kernel: "total", kind: .globalRace, block: 1, thread: 0),
        PlantedBug(name: "divergent-barrier", kernel: "sums", kind: .barrierDivergence, block: 0, thread: 0),
        PlantedBug(
            name: "uninitialized-shared", kernel: "exchange", kind: .uninitializedRead, block: 0, thread: 48),
        PlantedBug(
            name: "misaligned-vector", kernel: "copy", kind: .misaligned, block: 1, thread: 0, threads: 32,
            count: 260),
        PlantedBug(
            name: "shuffle-mask", kernel: "warpSums", kind: .mask, block: 0, thread: 31, threads: 32, count: 64),
    ]
}

/// Every kind of bug is found where it was planted, and nothing is said of the kernels without it.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct PlantedBugTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Planted")

    private func text(_ bug: PlantedBug, _ folder: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: "\(folder)/\(bug.name).cu"), encoding: .utf8)
    }

    /// What every sanitizer finds in a kernel on x = 0, 1, 2, …
    private func faults(_ bug: PlantedBug, _ text: String) throws -> [SIMTFault] {
        let source = CUDASource(name: "\(bug.name).cu", text: text)
        let made = try NVRTC(Toolchain.installation).compile(source, for: .sm(86))
        let code = try #require(made.code, "\(made.log)")
        let memory = GlobalMemory()
        let x = memory.allocate(copying: (0..<bug.count).map { Float($0) }, name: "x")
        let y = memory.allocate(byteCount: 4 * bug.count, name: "y")
        var options = SIMTOptions()
        options.sanitizers = .all
        let launch = SIMTLaunch(
            kernel: bug.kernel, grid: SIMTExtent(bug.grid), block: SIMTExtent(bug.threads),
            arguments: [.pointer(x), .pointer(y), .int32(Int32(bug.count))])
        return try SIMTProgram(PTXModule(parsing: code.ptx)).run(launch, memory: memory, options: options).faults
    }

    @Test(arguments: PlantedBug.all)
    func isFoundWhereItIs(_ bug: PlantedBug) throws {
        let text = try text(bug, "Faulty")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("// BUG") }) + 1
        let faults = try faults(bug, text)
        let first = try #require(faults.first)
        #expect(first.kind == bug.kind)
        #expect(first.kernel == bug.kernel)
        #expect(first.block == SIMTExtent(bug.block, 0, 0))
        #expect(first.thread == SIMTExtent(bug.thread, 0, 0))
        for fault in faults {
            // Code of a header belongs to the line that calls it.
            #expect(fault.location.map { $0.inlinedAt.last?.line ?? $0.line } == line, "\(fault)")
        }
    }

    @Test(arguments: PlantedBug.all)
    func nothingIsSaidOfTheCleanTwin(_ bug: PlantedBug) throws {
        let text = try text(bug, "Clean")
        #expect(!text.contains("BUG"))
        #expect(try faults(bug, text) == [])
    }
}
