import KernelIR
import Rendering
import Workers

/// A kernel that only moves the minimum bytes of a workload: it reads every input and parameter byte and writes every
/// output byte. What it takes is the least a kernel of this footprint can take here; its values mean nothing.
public struct FloorKernel: Sendable {
    /// How outputs are stored; which way is faster depends on the sizes and the machine, so both are timed.
    public enum Store: String, Sendable, CaseIterable {
        /// Ordinary stores, which read a cache line before they write to it.
        case cached = "floor"
        /// Stores that go past the caches, where the compiler has them.
        case streaming = "floor past the caches"
    }

    /// Bytes that one work-group reads and writes together: small enough for the second-level cache, large enough
    /// that starting a group does not count.
    private static let groupBytes = 128 << 10
    /// Bytes of the vectors it moves (16 floats).
    private static let vectorBytes = 64

    /// Largest first, so that large outputs are written while large inputs are read.
    private let reads: [BufferSpec]
    private let writes: [BufferSpec]
    private let groups: Int

    /// Plans the floor of a footprint.
    ///
    /// - Parameters:
    ///   - buffers: the workload's inputs and parameters that reach an output, and its outputs.
    ///   - cores: the device's compute units; there are at least as many work-groups.
    public init(buffers: [BufferSpec], cores: Int) {
        let used = buffers.filter { $0.byteCount > 0 }.sorted { ($0.byteCount, $1.name) > ($1.byteCount, $0.name) }
        reads = used.filter(\.isReadOnly)
        writes = used.filter { $0.role == .output }
        let bytes = (reads + writes).map(\.byteCount).reduce(0, +)
        groups = max(1, min(max(cores, bytes / Self.groupBytes), bytes / Self.vectorBytes))
    }

    /// The kernel as a solution for the judge's timing, named for its way to store; OpenCL C with one work-item a group.
    public func solution(workload: String, profile: String, store: Store) -> Solution {
        Solution(
            name: store.rawValue, workload: workload, target: .init(language: .opencl, profile: profile),
            sources: [.init(path: "floor.cl", content: source(store))],
            launches: [.init(kernel: "move", grid: [groups, 1, 1], block: [1, 1, 1], arguments: arguments)],
            author: "floor")
    }

    private var arguments: [Solution.Argument] {
        reads.map { $0.role == .input ? .input($0.name) : .parameter($0.name) } + writes.map { .output($0.name) }
    }

    private func source(_ store: Store) -> String {
        let inputs = reads.indices.map { "__global const uint16 *restrict r\($0)" }
        let outputs = writes.indices.map { "__global uint16 *restrict w\($0)" }
        let condition =
            store == .streaming ? "defined(__clang__) && __has_builtin(__builtin_nontemporal_store)" : "0"
        return """
            #if \(condition)
            #define PUT(place, value) __builtin_nontemporal_store(value, place)
            #else
            #define PUT(place, value) *(place) = (value)
            #endif
            // Every group moves its share of each run of vectors; group 0 moves the bytes that fill no vector.
            __attribute__((reqd_work_group_size(1, 1, 1)))
            __kernel void move(\((inputs + outputs).joined(separator: ", "))) {
                const ulong group = get_group_id(0), groups = get_num_groups(0);
                uint16 seen = (uint16)(0);
                uchar rest = 0;
            \((copies + lonelyReads + lonelyWrites + tails).map { "    " + $0 }.joined(separator: "\n"))
                // No compiler can know that this never holds, so it has to read everything.
                if (all(seen == (uint16)(0x5bd1e995))) ((__global uchar *)w0)[0] = 1;
            }

            """
    }

    /// Vectors of the i-th input that are read while the i-th output is written.
    private func pairedVectors(_ index: Int) -> Int {
        guard index < min(reads.count, writes.count) else { return 0 }
        return min(Self.vectors(reads[index]), Self.vectors(writes[index]))
    }

    private var copies: [String] {
        reads.indices.map { Self.loop(0..<pairedVectors($0), "PUT(w\($0) + i, r\($0)[i]);") }
    }

    private var lonelyReads: [String] {
        reads.indices.map { Self.loop(pairedVectors($0)..<Self.vectors(reads[$0]), "seen |= r\($0)[i];") }
    }

    private var lonelyWrites: [String] {
        writes.indices.map { Self.loop(pairedVectors($0)..<Self.vectors(writes[$0]), "PUT(w\($0) + i, seen);") }
    }

    private var tails: [String] {
        let read = reads.indices.map { Self.tail(reads[$0], "rest |= ((__global const uchar *)r\($0))[i];") }
        return read + writes.indices.map { Self.tail(writes[$0], "((__global uchar *)w\($0))[i] = rest;") }
    }

    private static func vectors(_ spec: BufferSpec) -> Int { spec.byteCount / vectorBytes }

    /// A loop over this group's share of a run of vectors.
    private static func loop(_ run: Range<Int>, _ body: String) -> String {
        guard !run.isEmpty else { return "" }
        let bound = { (group: String) in "\(run.lowerBound)UL + \(group) * \(run.count)UL / groups" }
        return "for (ulong i = \(bound("group")), end = \(bound("(group + 1)")); i < end; i++) \(body)"
    }

    private static func tail(_ spec: BufferSpec, _ body: String) -> String {
        let start = vectors(spec) * vectorBytes
        guard start < spec.byteCount else { return "" }
        return "if (group == 0) for (ulong i = \(start)UL; i < \(spec.byteCount)UL; i++) \(body)"
    }
}
