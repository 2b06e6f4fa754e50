import KernelIR
import Workers
import Workloads

/// Sets of inputs beside those of a round, each for a single call, with outputs of their own.
///
/// All are drawn anew in every round, but for one at a secret place, which gets the inputs of the round: whoever
/// computes there as well as in its batch leaves the same outputs twice. Where a workload is too large for copies, the
/// only set is that of the round itself.
struct UnseenInputs {
    /// Inputs and outputs; parameters are those of the round.
    let sets: [BufferSet]
    /// Where the inputs of the round lie.
    private(set) var place = 0

    /// Bytes of all sets together, at most.
    private static let bytes = 64 << 20
    /// As many calls share the cost of asking, which is up to a millisecond where others keep the cores busy.
    private static let calls = 8...32

    /// - Parameters:
    ///   - round: the set that every contender is bound to.
    ///   - affordable: how many sets can be drawn without taking much of a round's time.
    init(beside round: BufferSet, affordable: Int) throws(KernelwrightError) {
        let specs = round.specs.filter { $0.role != .parameter }
        let room = Self.bytes / max(1, specs.map(\.byteCount).reduce(0, +))
        let count = min(room, max(Self.calls.lowerBound, min(affordable, Self.calls.upperBound)))
        guard count > 1 else {
            sets = [round]
            return
        }
        var sets: [BufferSet] = []
        for _ in 0..<count { sets.append(try BufferSet(specs)) }
        self.sets = sets
    }

    /// Whether the only set is that of the round.
    var isRoundItself: Bool { sets.count == 1 }

    /// The set with the inputs of the round.
    var known: BufferSet { sets[place] }

    /// Draws every set anew and hides the inputs of the round among them.
    ///
    /// - Parameter seed: of this round; unknown to candidates.
    mutating func redraw(from inputs: any InputSetSource, round: BufferSet, seed: Seed) {
        guard !isRoundItself else { return }
        var random = SplitMix64(seed: seed.derived(for: "place").words[0])
        place = Int.random(in: sets.indices, using: &random)
        for (index, set) in sets.enumerated() {
            guard index == place else {
                inputs.redraw(set, seed: seed.derived(for: "unseen \(index)"))
                continue
            }
            for spec in set.specs where spec.role == .input {
                guard let source = round.bytes(of: spec.name), let target = set.bytes(of: spec.name) else { continue }
                target.copyMemory(from: UnsafeRawBufferPointer(source))
            }
        }
    }

    func poison(_ pattern: Poison) {
        for set in sets where !isRoundItself { set.poisonOutputs(pattern) }
    }
}
