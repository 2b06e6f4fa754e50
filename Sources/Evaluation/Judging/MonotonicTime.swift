/// The clock that charges the judge's own share; injected, so that tests run without waiting.
public struct MonotonicTime: Sendable {
    private let read: @Sendable () -> Duration

    /// - Parameter read: the time since some fixed moment; never decreases.
    public init(_ read: @escaping @Sendable () -> Duration) { self.read = read }

    /// The time since a fixed moment.
    public var now: Duration { read() }

    /// The operating system's monotonic clock.
    public static var system: MonotonicTime {
        let start = ContinuousClock.now
        return MonotonicTime { ContinuousClock.now - start }
    }
}

extension Duration {
    /// This duration in seconds.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
