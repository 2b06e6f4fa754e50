/// How many atomics meet at each word of global memory, to find the word that keeps L2 busy longest.
///
/// Every lane counts, also of reductions without a result: what compilers and L2 make of a warp's lanes on one word is
/// not documented, and nothing is taken off for it. A word that only one sampled block updates is taken for that block's
/// own, one that several update for one that all blocks update which these stand for. So a word of a few neighbours
/// counts too often, and one of whose blocks the sample has only one too seldom.
struct AtomicWords {
    private struct Word {
        /// The last block that updated it, and whether another one did before.
        var block: Int
        var isShared = false
        /// Atomics that were seen, and these as often as their blocks stand for others.
        var seen = 0.0
        var weighted = 0.0

        var count: Double { isShared ? weighted : seen }
    }

    /// Words that are kept: those that come first, as one that is hot does.
    private static let limit = 1 << 16

    private var words: [UInt64: Word] = [:]

    /// Atomics of the launch on the word that has most.
    var hottest: Double { words.values.reduce(0) { max($0, $1.count) } }

    /// Adds one access of a warp.
    ///
    /// - Parameters:
    ///   - block: the linear index of its block.
    ///   - weight: blocks of the launch that the block stands for.
    mutating func add(_ lanes: WarpAccess, block: Int, weight: Double) {
        var (word, count) = (UInt64(0), 0.0)
        for lane in 0..<GPUModel.warpSize where lanes.isActive(lane) {
            let next = lanes.addresses[lane] / UInt64(SharedBanks.wordBytes)
            if next != word, count > 0 {
                add(count, to: word, block: block, weight: weight)
                count = 0
            }
            (word, count) = (next, count + 1)
        }
        if count > 0 { add(count, to: word, block: block, weight: weight) }
    }

    private mutating func add(_ count: Double, to number: UInt64, block: Int, weight: Double) {
        guard words.count < Self.limit || words[number] != nil else { return }
        var word = words[number] ?? Word(block: block)
        if word.block != block { word.isShared = true }
        word.block = block
        word.seen += count
        word.weighted += weight * count
        words[number] = word
    }
}
