import KernelIR
import Scheduling
import Workloads

/// What nearness of workloads is measured by. Names and exact extents play no part.
public struct WorkloadFeatures: Sendable, Hashable, Codable {
    /// ATen operators in order.
    public var operators: [String]
    /// Element types of inputs, parameters and outputs, sorted, each once.
    public var types: [String]
    /// The stages of the program as they stand before scheduling, those with the most work first.
    public var stages: [StageFeatures]

    public init(_ workload: Workload, program: TensorProgram, target: TargetProfile) {
        operators = workload.nodes.map(\.op)
        types = Set(program.buffers.filter { $0.role != .temporary }.map(\.type.rawValue)).sorted()
        let state = ScheduleState(program, target: target)
        stages = state.program.stages.map { StageFeatures($0, in: state) }
            .enumerated().sorted { ($1.element.work, $0.offset) < ($0.element.work, $1.offset) }.map(\.element)
    }

    /// How far apart two workloads are; 0 for equals, symmetric. O(operators²).
    ///
    ///     4 · (edit distance of the operators / the longer one's number)
    ///   + 4 · (1 − kinds of stages in common / kinds in all, counted with multiplicity)
    ///   + 2 where the element types differ
    ///   + mean difference of the logarithms of sizes, over stages of equal kind paired in order of their work
    ///
    /// One unit is a factor of two in every size. Infinite where no kind of stage is common: parameters of macros that
    /// do not act say nothing.
    public func distance(to other: WorkloadFeatures) -> Double {
        let pairs = Self.pairs(stages, other.stages)
        guard !pairs.isEmpty else { return .infinity }
        let union = stages.count + other.stages.count - pairs.count
        let longest = max(operators.count, other.operators.count, 1)
        let edits = Double(Self.editDistance(operators, other.operators)) / Double(longest)
        let sizes = pairs.map { $0.0.distance(to: $0.1) }.reduce(0, +) / Double(pairs.count)
        return 4 * edits + 4 * (1 - Double(pairs.count) / Double(union)) + (types == other.types ? 0 : 2) + sizes
    }

    /// Stages of equal kind, the n-th of one with the n-th of the other.
    private static func pairs(
        _ first: [StageFeatures], _ second: [StageFeatures]
    ) -> [(StageFeatures, StageFeatures)] {
        var rest = second
        return first.compactMap { stage in
            guard let match = rest.firstIndex(where: { $0.kind == stage.kind }) else { return nil }
            return (stage, rest.remove(at: match))
        }
    }

    /// Insertions, deletions and replacements from one sequence to the other (Levenshtein).
    private static func editDistance(_ first: [String], _ second: [String]) -> Int {
        var row = Array(0...second.count)
        for (i, element) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in second.enumerated() {
                let replaced = diagonal + (element == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
