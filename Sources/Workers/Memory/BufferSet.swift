import Glibc
import KernelIR

/// Named tensors in memory shared with workers, each between guard areas.
///
/// The bytes live in anonymous files (`memfd_create`), so nothing is left behind however a process ends. They go with
/// this value, whoever still maps them: what lets another process compute on a set holds the set. Workers map inputs
/// and parameters read-only. Fill inputs through `bytes(of:)` before a candidate is started or while it is paused.
public final class BufferSet: Sendable {
    /// The buffers' declarations, in the order given.
    public let specs: [BufferSpec]
    /// Inputs and parameters.
    let sealed: SharedArena
    let outputs: SharedArena

    /// Allocates every buffer, zero-filled.
    ///
    /// - Throws: `badInput` for a repeated name, a negative extent or a scratch buffer (those belong to solutions),
    ///   `missingComponent` when memory runs out.
    public init(_ specs: [BufferSpec]) throws(KernelwrightError) {
        var names: Set<String> = []
        for spec in specs {
            guard names.insert(spec.name).inserted else {
                throw KernelwrightError(.badInput, "buffer '\(spec.name)' is declared twice")
            }
            guard spec.shape.allSatisfy({ $0 >= 0 }), spec.role != .scratch else {
                throw KernelwrightError(.badInput, "buffer '\(spec.name)' has an illegal shape or role: \(spec)")
            }
        }
        self.specs = specs
        sealed = try Self.arena(specs.filter(\.isReadOnly))
        outputs = try Self.arena(specs.filter { !$0.isReadOnly })
    }

    /// The bytes of one tensor, writable by this process; valid as long as the set lives.
    public func bytes(of name: String) -> UnsafeMutableRawBufferPointer? {
        for arena in [sealed, outputs] {
            if let region = arena.layout.regions.first(where: { $0.name == name }) { return arena.data(region) }
        }
        return nil
    }

    /// Fills every output with a pattern.
    public func poisonOutputs(_ pattern: Poison) {
        for region in outputs.layout.regions { outputs.fill(region, pattern) }
    }

    /// The first output whose guard areas were written; those of inputs no worker can write.
    public func firstDamage() -> String? { outputs.firstDamage() }

    /// Where other processes of the same user find the bytes while this process lives; opened read-only.
    public var descriptors: [BufferDescriptor] {
        specs.compactMap { spec in
            let arena = spec.isReadOnly ? sealed : outputs
            guard let region = arena.layout.regions.first(where: { $0.name == spec.name }) else { return nil }
            return BufferDescriptor(
                name: spec.name, role: spec.role, dtype: spec.dtype, shape: spec.shape,
                path: "/proc/\(getpid())/fd/\(arena.readOnlyFile.raw)", offset: region.offset)
        }
    }

    private static func arena(_ specs: [BufferSpec]) throws(KernelwrightError) -> SharedArena {
        try SharedArena(ArenaLayout(specs.map { ($0.name, $0.role, $0.byteCount) }))
    }
}
