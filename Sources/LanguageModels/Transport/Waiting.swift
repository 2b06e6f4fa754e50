/// Lets time pass; injected, so that tests wait for nothing.
public struct Waiting: Sendable {
    private let wait: @Sendable (Duration) async throws -> Void

    /// - Parameter wait: returns when the time has passed, and throws `CancellationError` when its task is cancelled.
    public init(_ wait: @escaping @Sendable (Duration) async throws -> Void) { self.wait = wait }

    /// Returns when the time has passed; throws `CancellationError` when the task is cancelled.
    public func callAsFunction(_ duration: Duration) async throws { try await wait(duration) }

    /// Waits in real time.
    public static var system: Waiting { Waiting { try await Task.sleep(for: $0) } }
}
