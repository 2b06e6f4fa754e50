import Synchronization

/// A request to stop early, made from anywhere, e.g. by a signal handler; the run keeps the best so far.
public final class Interruption: Sendable {
    private let requested = Atomic(false)

    public init() {}

    /// Whether somebody asked to stop.
    public var isRequested: Bool { requested.load(ordering: .acquiring) }

    /// Asks to stop after the turn under way.
    public func request() { requested.store(true, ordering: .releasing) }
}
