import KernelIR

/// Named tensors in memory shared with workers, each between guard areas.
///
/// The bytes live in anonymous files (`memfd_create`), so nothing is left behind however a process ends. Workers map
/// inputs and parameters read-only. Fill inputs through `bytes(of:)` before a candidate is started or while it is paused.
public final class BufferSet: Sendable {
    /// The buffers' declarations, in the order given.
    public let specs: [BufferSpec]
    let buffers: [String: GuardedBuffer]

    /// Allocates every buffer, zero-filled.
    ///
    /// - Throws: `badInput` for a repeated name or a negative extent, `missingComponent` when memory runs out.
    public init(_ specs: [BufferSpec]) throws(KernelwrightError) {
        var buffers: [String: GuardedBuffer] = [:]
        for spec in specs {
            guard buffers[spec.name] == nil else {
                throw KernelwrightError(.badInput, "buffer '\(spec.name)' is declared twice")
            }
            buffers[spec.name] = try GuardedBuffer(spec)
        }
        self.specs = specs
        self.buffers = buffers
    }

    /// The bytes of one tensor, writable by this process; valid as long as the set lives.
    public func bytes(of name: String) -> UnsafeMutableRawBufferPointer? { buffers[name]?.data }

    /// Fills every output with a pattern.
    public func poisonOutputs(_ pattern: Poison) {
        for spec in specs where spec.role == .output { buffers[spec.name]?.fill(pattern) }
    }

    /// The first buffer, in declaration order, whose guard areas were written.
    public func firstDamage() -> String? {
        specs.first { buffers[$0.name]?.isIntact == false }?.name
    }

    /// Where other processes of the same user find the bytes while this process lives.
    public var descriptors: [BufferDescriptor] { specs.compactMap { buffers[$0.name]?.descriptor } }
}
