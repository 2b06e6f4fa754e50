import Rendering

/// What a mutant changes in its original, line by line.
public struct SourceDifference: Sendable {
    /// Lines with `-` and `+` before those that changed, two lines around them.
    public let text: String

    /// Compares the sources, then the launch plans.
    public init(_ original: Solution, _ mutant: Solution) {
        let parts = [Self.lines(original), Self.lines(mutant)]
        text = Self.unified(parts[0], parts[1]).joined(separator: "\n")
    }

    private static func lines(_ solution: Solution) -> [String] {
        solution.sources.flatMap {
            $0.content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
            + solution.launches.map { "launch \($0.kernel) \($0.phase.rawValue) grid \($0.grid) block \($0.block)" }
    }

    private static func unified(_ old: [String], _ new: [String]) -> [String] {
        let difference = new.difference(from: old)
        let removed = Set(
            difference.removals.map { if case .remove(let place, _, _) = $0 { place } else { -1 } })
        let inserted = Set(
            difference.insertions.map { if case .insert(let place, _, _) = $0 { place } else { -1 } })
        var marked: [(mark: String, line: String)] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                marked.append(("-", old[i]))
                i += 1
            } else if j < new.count, inserted.contains(j) {
                marked.append(("+", new[j]))
                j += 1
            } else {
                marked.append((" ", old[i]))
                (i, j) = (i + 1, j + 1)
            }
        }
        let changed = marked.indices.filter { marked[$0].mark != " " }
        let shown = Set(changed.flatMap { ($0 - 2)...($0 + 2) })
        return marked.indices.filter(shown.contains).map { marked[$0].mark + " " + marked[$0].line }
    }
}
