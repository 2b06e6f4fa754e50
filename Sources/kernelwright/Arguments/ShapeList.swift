import ArgumentParser
import Refinement

/// Splits of a number of candidates on the command line: `64x1,16x4,8x8`.
struct ShapeList: Sendable, Hashable {
    let shapes: [SearchShape]

    /// Reads shapes with commas between them; throws for anything else and for repeated ones.
    init(argument: String) throws {
        shapes = try argument.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let shape = SearchShape(String(word)) else {
                throw ValidationError("'\(word)' in '\(argument)' is no split; write 64x1,16x4,8x8 or 16x4/4")
            }
            return shape
        }
        guard Set(shapes).count == shapes.count else {
            throw ValidationError("'\(argument)' names a split twice")
        }
    }

    /// The usual splits of a number of candidates: one turn each, four, eight; nil where it has no eighth.
    init?(candidates: Int) {
        guard candidates > 0, candidates.isMultiple(of: 8) else { return nil }
        shapes = [1, 4, 8].map { SearchShape(trajectories: candidates / $0, turns: $0) }
    }
}
