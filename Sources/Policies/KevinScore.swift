import Evaluation

/// The score of a turn and the return of a trajectory that multi-turn training maximizes.
///
/// Source: Baronio et al., "Kevin: multi-turn RL for generating CUDA kernels", arXiv 2507.11948, section 3.
public enum KevinScore {
    /// What correctness is worth beside speed.
    public static let correctness = 0.3
    /// What the score of the next turn is worth now, γ.
    public static let discount = 0.4

    /// `0.3·correct + speedup·correct`; without a baseline the speed-up counts as 0.
    public static func score(_ verdict: Verdict) -> Double {
        verdict.isCorrect ? correctness + (verdict.timing?.speedup?.ratio ?? 0) : 0
    }

    /// The discounted return of each turn of a trajectory, `R_t = Σ_{i ≥ t} γ^(i−t) · s_i`. O(turns).
    public static func returns(_ scores: [Double], discount: Double = KevinScore.discount) -> [Double] {
        var result = scores
        for place in scores.indices.dropLast().reversed() { result[place] += discount * result[place + 1] }
        return result
    }
}
