/// How a number of candidates is split: into parallel trajectories of serial turns, perhaps with a beam.
///
/// `16x4` is sixteen trajectories of four turns; `16x4/4` keeps the best four after each turn, and all sixteen go on
/// from these. Shapes with equal `candidates` cost the same.
public struct SearchShape: Sendable, Hashable, CustomStringConvertible {
    public var trajectories: Int
    /// Turns of each trajectory.
    public var turns: Int
    /// Trajectories that are kept after each turn; nil lets each go on from its own turns.
    public var beam: Int?

    public init(trajectories: Int, turns: Int, beam: Int? = nil) {
        self.trajectories = trajectories
        self.turns = turns
        self.beam = beam
    }

    /// Reads `TRAJECTORIESxTURNS` or `TRAJECTORIESxTURNS/KEPT`; nil for anything else, for zeros, for more than a
    /// million candidates, and where more are kept than there are.
    public init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        let sizes = halves[0].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard (1...2).contains(halves.count), sizes.count == 2, sizes.allSatisfy({ (1...1_000_000).contains($0) }),
            sizes[0] * sizes[1] <= 1_000_000
        else { return nil }
        self.init(trajectories: sizes[0], turns: sizes[1])
        guard halves.count == 2 else { return }
        guard let kept = Int(halves[1]), (1...trajectories).contains(kept) else { return nil }
        beam = kept
    }

    /// The most candidates that a run of this shape judges.
    public var candidates: Int { trajectories * turns }

    public var description: String { "\(trajectories)x\(turns)" + (beam.map { "/\($0)" } ?? "") }
}
