import Workloads

/// What decides a study's outcome; a record belongs to one.
public struct StudySettings: Sendable, Hashable, Codable {
    /// Mutants to judge, over all workloads.
    public var mutants: Int
    /// Correct solutions to judge.
    public var correct: Int
    public var size: SizePreset
    /// Decides mutants, solutions and inputs.
    public var seed: UInt64
    /// Ids of the workloads; nil for all.
    public var only: [String]?

    public init(mutants: Int, correct: Int, size: SizePreset, seed: UInt64, only: [String]? = nil) {
        self.mutants = mutants
        self.correct = correct
        self.size = size
        self.seed = seed
        self.only = only
    }
}
