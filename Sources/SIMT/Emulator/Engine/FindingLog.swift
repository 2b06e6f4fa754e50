/// The findings of sanitizers, each place in the code once.
struct FindingLog {
    private struct Key: Hashable {
        var kind: SIMTFault.Kind
        var instruction: Int
    }

    private(set) var count = 0
    var kept: [SIMTFault] = []
    private var seen: Set<Key> = []

    /// Counts a finding; true if it is the first of its place and there is room.
    mutating func add(_ kind: SIMTFault.Kind, _ instruction: Int, limit: Int) -> Bool {
        count += 1
        return kept.count < limit && seen.insert(Key(kind: kind, instruction: instruction)).inserted
    }
}
