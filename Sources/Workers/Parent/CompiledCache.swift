import Devices
import Rendering

/// What was compiled before, by all that a compiler sees of a solution; the oldest goes first when there is no more room.
struct CompiledCache {
    /// The part of a solution that decides about its binary and whether the plan fits it.
    private struct Key: Hashable {
        var target: Solution.Target
        var sources: [Solution.Source]
        var options: [String]
        var launches: [Solution.Launch]
        var scratch: [Solution.Scratch]

        init(_ solution: Solution) {
            target = solution.target
            sources = solution.sources
            options = solution.options
            launches = solution.launches
            scratch = solution.scratch
        }
    }

    private let byteLimit: Int
    private var entries: [Key: Result<CompiledSolution, WorkerFailure>] = [:]
    private var order: [Key] = []
    private var bytes = 0

    /// - Parameter byteLimit: bytes of binaries and sources that are kept at most.
    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// What came of the same sources, as the given solution's own; a failure is told once, since the next try may have
    /// more time.
    mutating func take(_ solution: Solution) -> Result<CompiledSolution, WorkerFailure>? {
        let key = Key(solution)
        guard let known = entries[key] else { return nil }
        switch known {
        case .failure:
            remove(key)
            return known
        case .success(var compiled):
            compiled.solution = solution
            // Whoever asks again pays nothing.
            (compiled.driverSeconds, compiled.totalSeconds) = (0, 0)
            return .success(compiled)
        }
    }

    mutating func keep(_ result: Result<CompiledSolution, WorkerFailure>, of solution: Solution) {
        let key = Key(solution)
        remove(key)
        let size = Self.size(result, of: key)
        guard size <= byteLimit else { return }
        entries[key] = result
        order.append(key)
        bytes += size
        while bytes > byteLimit, let oldest = order.first { remove(oldest) }
    }

    private mutating func remove(_ key: Key) {
        guard let result = entries.removeValue(forKey: key) else { return }
        bytes -= Self.size(result, of: key)
        order.removeAll { $0 == key }
    }

    private static func size(_ result: Result<CompiledSolution, WorkerFailure>, of key: Key) -> Int {
        let sources = key.sources.reduce(0) { $0 + $1.content.utf8.count }
        if case .success(let compiled) = result { return sources + compiled.binary.bytes.count }
        return sources
    }
}
