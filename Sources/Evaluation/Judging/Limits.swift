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
}
