import KernelIR
import Workers
import Workloads

/// Sets of further distributions, on which faults show that hide on the usual two: branches that only large values
/// reach, rounding that averages out among many terms, ties.
enum FurtherSets {
    /// Sets larger than this are drawn for certification only, one after another in the memory of the held-out set.
    static let keptBytes = 4 << 20

    /// Distributions that are worth an oracle's time where the sets are large.
    static func forLargeSets(_ inputs: any InputSetSource) -> [InputDistribution] {
        inputs.furtherDistributions.filter { [.sparse, .largeMagnitude].contains($0) }
    }

    /// The seconds an oracle may take for that.
    static let oracleSeconds = 10.0

    /// Draws the sets that a session keeps; those on which honest arithmetic may fail are left out.
    static func kept(
        _ inputs: any InputSetSource, besides set: InputSet
    ) async throws(KernelwrightError) -> [InputSet] {
        guard !areLarge(set) else { return [] }
        var sets: [InputSet] = []
        for distribution in inputs.furtherDistributions {
            let drawn = try await inputs.draw(further: distribution)
            if drawn.isTelling { sets.append(drawn.forWideRange()) }
        }
        return sets
    }

    /// Whether sets like this one are too large to keep.
    static func areLarge(_ set: InputSet) -> Bool { set.byteCount > keptBytes }
}

extension InputSet {
    /// The same set, where elements near zero are owed what the largest is.
    func forWideRange() -> InputSet {
        InputSet(name: name, buffers: buffers, expected: expected.map { $0.forWideRange() })
    }

    /// Whether a wrong value is a fault without doubt.
    var isTelling: Bool { expected.allSatisfy(\.isTelling) }
}
