import KernelIR
import Workers
import Workloads

/// Keeps a race in which every round has inputs of its own: a candidate that remembers anything of an earlier round, in
/// its outputs, its scratch or elsewhere, remembers the wrong thing.
///
/// In every round all contenders compute on the same inputs, drawn from a secret seed, and start from outputs that are
/// poisoned whole. Every element of the candidate's outputs is compared when the round is over, those of one of its calls
/// on unseen inputs too. The last round runs on the held-out inputs, whose expected outputs are known.
struct FreshRounds: RaceKeeper {
    /// A valid baseline of the race, whose outputs stand in for the oracle's where they agree with the candidate's.
    struct Witness {
        /// Its index in the race.
        var rival: Int
        var baseline: any Baseline
        /// How long copying its outputs into the shared memory may take.
        var deadline: Duration
    }

    /// When the oracle is asked, which may cost far more than a round.
    enum Asking: Hashable {
        /// In every round.
        case always
        /// Where the witness and the candidate disagree.
        case doubts
        /// In rounds drawn by lot, for want of a witness.
        case lots
    }

    /// Sets of inputs that no call has seen, where there are any.
    private(set) var unseen: UnseenInputs?
    /// The comparisons with the oracle that the verdict should show: the last one, or the one that found something.
    private(set) var accuracy: [Accuracy] = []
    private(set) var inputSeconds = 0.0
    private(set) var oracleSeconds = 0.0

    private let set: InputSet
    private let inputs: any InputSetSource
    private let candidate: LaunchedCandidate
    private let witness: Witness?
    private let asking: Asking
    private let seed: Seed
    private let time: MonotonicTime
    private let outputs: OutputCopy
    private let witnessed: OutputCopy?
    /// What the candidate left where the inputs of the round lay among the unseen ones.
    private var unseenOutputs: OutputCopy?
    private var random: SplitMix64
    private var round = 0
    /// Whether this round holds the outputs of the witness.
    private var hasTestimony = false

    /// - Parameters:
    ///   - set: the held-out set, which every contender is bound to; its inputs change.
    ///   - seed: decides the inputs of every round and the lots; unknown to candidates.
    init(
        _ set: InputSet, inputs: any InputSetSource, candidate: LaunchedCandidate, witness: Witness?,
        asking: Asking, seed: Seed, time: MonotonicTime
    ) {
        self.set = set
        self.inputs = inputs
        self.candidate = candidate
        self.witness = witness
        self.asking = asking
        self.seed = seed
        self.time = time
        outputs = OutputCopy(set.buffers)
        witnessed = witness.map { _ in OutputCopy(set.buffers) }
        random = SplitMix64(seed: seed.derived(for: "lots").words[0])
    }

    var unseenSets: Int { unseen?.sets.count ?? 0 }

    /// Makes as many sets of unseen inputs as can be drawn in a tenth of a round.
    mutating func makeUnseen(roundSeconds: Double) throws(KernelwrightError) {
        let began = time.now
        inputs.redraw(set.buffers, seed: seed.derived(for: "rehearsal"))
        let drawn = (time.now - began).seconds
        inputSeconds += drawn
        let affordable = 0.1 * roundSeconds / max(drawn, 1e-6)
        unseen = try UnseenInputs(beside: set.buffers, affordable: Int(min(affordable, 1e6)))
        unseenOutputs = OutputCopy(set.buffers)
    }

    /// What drawing inputs, poisoning and copying outputs takes in a round of so many contenders; runs one of each.
    mutating func upkeepSeconds(contenders: Int) -> Double {
        let began = time.now
        draw(seed.derived(for: "rehearsal"), hiding: seed.derived(for: "rehearsal"))
        let drawn = time.now
        set.buffers.poisonOutputs(.ones)
        unseen?.poison(.ones)
        let poisoned = time.now
        outputs.take(from: set.buffers)
        let copied = time.now
        inputSeconds += (drawn - began).seconds
        // Comparing costs about as much as copying.
        return (drawn - began + (poisoned - drawn) * contenders + (copied - poisoned) * 4).seconds
    }

    mutating func beginRound(isLast: Bool) {
        let own = isLast ? inputs.seed(of: .heldOut) : seed.derived(for: "round \(round)")
        let began = time.now
        draw(own, hiding: seed.derived(for: "unseen in round \(round)"))
        inputSeconds += (time.now - began).seconds
        round += 1
        hasTestimony = false
    }

    /// Draws the inputs of a round from one seed, and the unseen ones among which they lie from another.
    private mutating func draw(_ own: Seed, hiding others: Seed) {
        inputs.redraw(set.buffers, seed: own)
        guard var sets = unseen else { return }
        sets.redraw(from: inputs, round: set.buffers, seed: others)
        unseen = sets
    }

    mutating func prepare(_ entrant: Entrant) {
        if entrant == .candidate { candidate.poison(poison) } else { set.buffers.poisonOutputs(poison) }
        unseen?.poison(poison)
    }

    private var poison: Poison { round.isMultiple(of: 2) ? .large : .ones }

    mutating func examineUnseen(_ entrant: Entrant) {
        guard let unseen else { return }
        if entrant == .candidate { unseenOutputs?.take(from: unseen.known) }
        if unseen.isRoundItself { set.buffers.poisonOutputs(poison) }
    }

    mutating func examine(_ entrant: Entrant, isLast: Bool) async throws {
        if entrant == .candidate {
            if let failure = candidate.inspect() { throw Rejection(failure) }
            outputs.take(from: set.buffers)
        } else if let witness, entrant == .rival(witness.rival), asking == .doubts {
            witness.baseline.resume()
            let failure = await witness.baseline.collect(deadline: witness.deadline)
            witness.baseline.pause()
            witnessed?.take(from: set.buffers)
            hasTestimony = failure == nil
        }
    }

    mutating func endRound(isLast: Bool) throws {
        if isLast { return try demand(InputSet(name: set.name, buffers: set.buffers, expected: set.expected), isLast) }
        let agreement = Agreement(expected: set.expected)
        if isSteady, let witnessed, hasTestimony, agreement.holds(outputs, witnessed) { return }
        let isDrawn = Int.random(in: 0..<Self.lots, using: &random) == 0
        guard asking == .always || hasTestimony || isDrawn || !isSteady else { return }
        let began = time.now
        let expected = try inputs.expected(for: set.buffers)
        oracleSeconds += (time.now - began).seconds
        try demand(InputSet(name: "\(set.name), round \(round)", buffers: set.buffers, expected: expected), isLast)
    }

    /// One round in so many is compared with the oracle where lots decide.
    private static let lots = 4

    /// Whether the candidate left the same outputs on the inputs of the round before its batch and in it.
    private var isSteady: Bool {
        guard unseen != nil, let unseenOutputs else { return true }
        return outputs.equals(unseenOutputs) || Agreement(expected: set.expected).holds(unseenOutputs, outputs)
    }

    /// Compares with the oracle, whose word is final.
    private mutating func demand(_ truth: InputSet, _ isLast: Bool) throws(Rejection) {
        for copy in isSteady ? [outputs] : [outputs, unseenOutputs ?? outputs] {
            let report = OutputReport(truth, copy: copy)
            let rejection = report.rejection(poison: poison)
            if (isLast && copy === outputs) || rejection != nil { accuracy.append(report.accuracy) }
            if let rejection { throw rejection.afterTiming }
        }
    }
}
