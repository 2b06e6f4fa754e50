import ArgumentParser

/// Numbers of workloads on the command line: `1,5,20-30`.
struct NumberList: Sendable, Hashable {
    /// In order, each once.
    let numbers: [Int]

    /// Reads positive numbers and ranges with commas between them; throws for anything else.
    init(argument: String) throws {
        let parts = try argument.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                part.allSatisfy({ $0.isNumber || $0 == "-" }), first > 0, last >= first, last <= 1_000_000
            else {
                throw ValidationError("'\(part)' in '\(argument)' is no number or range; write 1,5,20-30")
            }
            return first...last
        }
        numbers = Set(parts.joined()).sorted()
    }
}
