import Dispatch
import Glibc
import Workers

/// The outputs of one batch, copied aside before the next contender overwrites them.
final class OutputCopy: @unchecked Sendable {
    // Unchecked: the memory is written by `take` only, whose caller owns this value alone.
    private var regions: [String: UnsafeMutableRawBufferPointer] = [:]

    /// - Parameter buffers: whose outputs are to be copied.
    init(_ buffers: BufferSet) {
        for spec in buffers.specs where spec.role == .output {
            regions[spec.name] = .allocate(byteCount: max(spec.byteCount, 1), alignment: 64)
        }
    }

    /// Outputs that lie elsewhere, by name.
    init(_ outputs: [String: [UInt8]]) {
        for (name, bytes) in outputs {
            let region = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
            region.copyBytes(from: bytes)
            regions[name] = region
        }
    }

    deinit { regions.values.forEach { $0.deallocate() } }

    /// Copies every output; O(bytes), on all cores.
    func take(from buffers: BufferSet) {
        for (name, region) in regions {
            guard let source = buffers.bytes(of: name) else { continue }
            Self.copy(source, to: region, bytes: min(source.count, region.count))
        }
    }

    /// Bytes that one core copies at a time.
    private static let share = 4 << 20

    private static func copy(
        _ source: UnsafeMutableRawBufferPointer, to target: UnsafeMutableRawBufferPointer, bytes: Int
    ) {
        let from = UInt(bitPattern: source.baseAddress)
        let to = UInt(bitPattern: target.baseAddress)
        DispatchQueue.concurrentPerform(iterations: (bytes + share - 1) / share) { part in
            let start = part * share
            guard let from = UnsafeRawPointer(bitPattern: from + UInt(start)),
                let to = UnsafeMutableRawPointer(bitPattern: to + UInt(start))
            else { return }
            to.copyMemory(from: from, byteCount: min(share, bytes - start))
        }
    }

    /// Whether another copy of the same outputs has the same bits; O(bytes).
    func equals(_ other: OutputCopy) -> Bool {
        regions.allSatisfy { name, region in
            let bytes = other.bytes(of: name)
            guard let own = region.baseAddress, let others = bytes.baseAddress else { return false }
            return region.count == bytes.count && memcmp(own, others, region.count) == 0
        }
    }

    /// The bytes of one output; empty for one that there is not.
    func bytes(of name: String) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(regions[name] ?? .init(start: nil, count: 0))
    }
}
