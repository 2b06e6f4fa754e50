import Rendering

/// How long each step of judging one candidate may take before it counts as hung.
public struct Limits: Sendable, Hashable {
    public var compile: Duration
    public var start: Duration
    /// The first run, in which a driver may still be compiling.
    public var firstRun: Duration
    /// One later run of one call.
    public var run: Duration

    public init(
        compile: Duration = .seconds(20), start: Duration = .seconds(10), firstRun: Duration = .seconds(20),
        run: Duration = .seconds(10)
    ) {
        self.compile = compile
        self.start = start
        self.firstRun = firstRun
        self.run = run
    }

    /// Source that a compiler must manage within the limits; a network of a hundred kernels has more.
    private static let sourceBytes = 256 << 10

    /// The limits with as much time for the compiler again for every further 256 KiB of source.
    func suiting(_ solution: Solution) -> Limits {
        let bytes = solution.sources.reduce(0) { $0 + $1.content.utf8.count }
        let parts = max(1, (bytes + Self.sourceBytes - 1) / Self.sourceBytes)
        var limits = self
        limits.compile *= parts
        limits.firstRun += firstRun * (parts - 1)
        return limits
    }
}
