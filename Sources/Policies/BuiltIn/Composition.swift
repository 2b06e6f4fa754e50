import Evaluation
import Scheduling

/// Puts together, stage by stage, the choices that were fastest there: a turn varies a lever for all stages at once, and
/// the times of its launches tell which of them gained.
struct Composition {
    /// The least gain of the whole that is worth a turn.
    static let leastGain = 0.01
    /// The least gain of a stage that counts: launches are timed a few times only, and the least of many such times is
    /// below each of them.
    static let leastStageGain = 0.04

    let parameters: ProgramCPU
    /// Stages that differ from the best turn.
    let changed: [String]
    /// The share of the best turn's time that the changes should save.
    let gain: Double

    /// - Parameter turns: correct ones, the best first.
    /// - Returns: nil where no other turn's choice gains enough anywhere.
    init?(_ turns: [SketchTurn], cost: TurnCost, times: (SketchTurn) -> StageTimes?) {
        guard let best = turns.first, let base = times(best)?.seconds, base.count > 1 else { return nil }
        let scale = cost.perSecond(best.verdict)
        let total = base.values.sorted().reduce(0, +) * scale
        // Choices that hold for the whole program are not put together.
        let others = turns.dropFirst().filter {
            $0.parameters.factors == best.parameters.factors && $0.parameters.fusion == best.parameters.fusion
                && $0.parameters.storage == best.parameters.storage
        }
        var parameters = best.parameters
        var (changed, saved) = ([String](), 0.0)
        let measured = others.compactMap { turn in
            times(turn).map { (turn.parameters, $0.seconds, cost.perSecond(turn.verdict)) }
        }
        // Where other stages decide, the same name stands for another part of the work.
        .filter { Set($0.1.keys) == Set(base.keys) }
        for stage in base.keys.sorted() {
            let own = base[stage, default: 0] * scale
            let choices = measured.compactMap { parameters, seconds, scale in
                seconds[stage].map { (macros: parameters.macros(for: stage), cost: $0 * scale) }
            }
            guard let choice = choices.min(by: { $0.cost < $1.cost }),
                choice.cost <= (1 - Self.leastStageGain) * own,
                choice.macros != best.parameters.macros(for: stage)
            else { continue }
            parameters.stages[stage] = choice.macros
            changed.append(stage)
            saved += own - choice.cost
        }
        guard total > 0, saved >= Self.leastGain * total else { return nil }
        parameters.stages = parameters.stages.filter { $0.value != parameters.common }
        (self.parameters, self.changed, gain) = (parameters, changed, saved / total)
    }
}
