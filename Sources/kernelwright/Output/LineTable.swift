import Devices
import Rendering

/// What a launch does on each line of its kernel's source, as the simulated device counts it: the line with the largest
/// part of the limit's time first.
struct LineTable {
    let launch: LaunchPrediction
    /// Where the text of the lines is looked up.
    let sources: [Solution.Source]

    /// The table; nil for a record that has no counters by line.
    var text: String? {
        let regions = launch.regions.filter { !($0.counters ?? []).isEmpty }
        guard !regions.isEmpty else { return nil }
        let columns = Self.columns.filter { column in regions.contains { $0.value(column.counter) != nil } }
        let texts = regions.map { sourceText(of: $0.name) }
        let hasTexts = texts.contains { !$0.isEmpty }
        var table = TextTable(header: ["line", "share"], rows: [], numeric: Set(1...columns.count + 1))
        table.header += columns.map(\.heading)
        if hasTexts { table.header.append("source") }
        for (region, text) in zip(regions, texts) {
            var row = [region.name, Units.percent(region.share)]
            for column in columns { row.append(region.value(column.counter).map(Units.figure) ?? "") }
            if hasTexts { row.append(text) }
            table.rows.append(row)
        }
        return table.text
    }

    private static let columns: [(counter: String, heading: String)] = [
        ("instructions", "instructions"), ("activeLanesPerInstruction", "lanes"),
        ("sectorsPerRequest", "sectors/request"), ("excessSectors", "excess sectors"),
        ("sharedConflictWavefronts", "conflicts"), ("barriersPerWarp", "barriers/warp"),
        ("exposedPhasesPerBlock", "phases/block"),
    ]

    /// Characters of a source line that are shown.
    private static let width = 60

    /// The line that a name such as `kernel.cu:23` means; empty where it is not at hand.
    private func sourceText(of name: String) -> String {
        guard let colon = name.lastIndex(of: ":"), let number = Int(name[name.index(after: colon)...]), number > 0,
            let source = sources.first(where: { $0.path == name[..<colon] })
        else { return "" }
        let lines = source.content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard number <= lines.count else { return "" }
        let words = lines[number - 1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count <= Self.width ? words : "\(words.prefix(Self.width - 1))…"
    }
}

extension LaunchPrediction.Region {
    /// The value of a counter; nil where the region has none of that name.
    fileprivate func value(_ name: String) -> Double? { counters?.first { $0.name == name }?.value }
}
