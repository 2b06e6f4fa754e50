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
    private static let groupBytes = 256 << 10
    /// Bytes of the vectors it moves (16 floats).
    private static let vectorBytes = 64

    private let reads: [BufferSpec]
    private let writes: [BufferSpec]
    private let groups: Int

    /// Plans the floor of a footprint.
    ///
    /// - Parameters:
    ///   - buffers: the workload's inputs and parameters that reach an output, and its outputs.
    ///   - cores: the device's compute units; there are at least as many work-groups.
    public init(buffers: [BufferSpec], cores: Int) {
        reads = buffers.filter(\.isReadOnly).filter { $0.byteCount > 0 }
        writes = buffers.filter { $0.role == .output && $0.byteCount > 0 }
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
        let inputs = reads.indices.map { "__global const uchar *restrict r\($0)" }
        let outputs = writes.indices.map { "__global uchar *restrict w\($0)" }
        let condition =
            store == .streaming ? "defined(__clang__) && __has_builtin(__builtin_nontemporal_store)" : "0"
        return """
            #if \(condition)
            #define PUT(place, value) __builtin_nontemporal_store(value, place)
            #else
            #define PUT(place, value) *(place) = (value)
            #endif
            // Each group reads its share of every input, then writes its share of every output.
            __attribute__((reqd_work_group_size(1, 1, 1)))
            __kernel void move(\((inputs + outputs).joined(separator: ", "))) {
                ulong group = get_group_id(0), groups = get_num_groups(0);
                uint16 seen = (uint16)(0);
                uchar rest = 0;
            \(zip(reads.indices, reads).map(Self.read).joined())\
                float16 value = as_float16(seen) + (float)rest;
            \(zip(writes.indices, writes).map(Self.write).joined())\
            }

            """
    }

    private static func read(_ index: Int, _ spec: BufferSpec) -> String {
        let vectors = spec.byteCount / vectorBytes
        return """
                {
                    __global const uint16 *from = (__global const uint16 *)r\(index);
                    ulong end = (group + 1) * \(vectors)UL / groups;
                    for (ulong i = group * \(vectors)UL / groups; i < end; i++) seen |= from[i];
                    if (group == 0) for (ulong i = \(vectors * vectorBytes)UL; i < \(spec.byteCount)UL; i++) rest |= r\(index)[i];
                }

            """
    }

    private static func write(_ index: Int, _ spec: BufferSpec) -> String {
        let vectors = spec.byteCount / vectorBytes
        return """
                {
                    __global float16 *to = (__global float16 *)w\(index);
                    ulong end = (group + 1) * \(vectors)UL / groups;
                    for (ulong i = group * \(vectors)UL / groups; i < end; i++) PUT(to + i, value);
                    if (group == 0) for (ulong i = \(vectors * vectorBytes)UL; i < \(spec.byteCount)UL; i++) w\(index)[i] = rest;
                }

            """
    }
}
