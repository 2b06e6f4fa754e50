/// How many batches are timed, and how long each is.
public struct TimingPlan: Sendable, Hashable {
    /// The least length of a batch: long against the clock's grain and a worker's wake-up.
    static let batchSeconds = 0.02
    /// Rounds that are timed in any case; one round holds one batch of every contender.
    public var leastRounds: Int
    /// Rounds at most.
    public var mostRounds: Int
    /// Further rounds are timed only where the whole takes about this long.
    public var seconds: Double
    /// Parts of the race before each of which every contender is renewed; 1 leaves them as they are.
    public var sittings: Int
    /// Timing ends after one round when a candidate takes this many times the best time so far.
    public var hopelessFactor: Double

    public init(
        leastRounds: Int, mostRounds: Int, seconds: Double, sittings: Int = 1, hopelessFactor: Double
    ) {
        self.sittings = sittings
        self.leastRounds = leastRounds
        self.mostRounds = mostRounds
        self.seconds = seconds
        self.hopelessFactor = hopelessFactor
    }

    /// The rounds of a race whose rounds take so many seconds each.
    func rounds(each seconds: Double) -> Int {
        guard seconds > 0 else { return mostRounds }
        return max(leastRounds, Int(min(Double(mostRounds), (self.seconds / seconds).rounded(.up))))
    }

    /// Whether a round, counted from 0, begins a sitting after the first one.
    func beginsSitting(_ round: Int, of rounds: Int) -> Bool {
        round > 0 && (1..<sittings).contains { $0 * rounds / sittings == round }
    }

    /// For a turn of the search.
    public static let quick = TimingPlan(leastRounds: 3, mostRounds: 7, seconds: 0.35, hopelessFactor: 3)
    /// For a verdict that is shown.
    public static let full = TimingPlan(leastRounds: 7, mostRounds: 21, seconds: 2.5, hopelessFactor: .infinity)
    /// For the certified result.
    public static let certifying = TimingPlan(
        leastRounds: 10, mostRounds: 40, seconds: 6, sittings: 5, hopelessFactor: .infinity)
}
