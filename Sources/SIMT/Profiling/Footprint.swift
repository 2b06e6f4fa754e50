import Glibc

/// How much of each allocation sampled blocks touch, and how much the whole launch touches by that.
///
/// With every further block the distinct sectors of an allocation grow: in proportion where blocks have parts of their
/// own, not at all where all read the same. Between one block and the sample they grow as a power of the number of
/// blocks, and are taken to grow on like that up to the size of the allocation. Where all blocks ran it is a count.
struct Footprint {
    /// Sectors of one allocation, one way.
    private struct Touched {
        /// Of every sampled block by itself, added up; and each as often as the block stands for others.
        var sum = 0.0
        var weighted = 0.0
        /// Of all sampled blocks together.
        var distinct = 0.0

        mutating func add(_ sectors: Int, fresh: Int, weight: Double) {
            sum += Double(sectors)
            weighted += weight * Double(sectors)
            distinct += Double(fresh)
        }
    }

    private struct Counts {
        var reads = 0
        var freshReads = 0
        var writes = 0
        var freshWrites = 0
    }

    private var lines: [UInt64: UInt8] = [:]
    private var reads: [UInt64: Touched] = [:]
    private var writes: [UInt64: Touched] = [:]

    /// The slots of the address space that were touched, ascending.
    var slots: [UInt64] { Set(reads.keys).union(writes.keys).sorted() }

    /// The slot of a line's address.
    static func slot(ofLine line: UInt64) -> UInt64 {
        line >> (AddressMap.slotBits - UInt64(MemoryRates.lineBytes.trailingZeroBitCount))
    }

    /// Adds a block.
    ///
    /// - Parameters:
    ///   - block: by line, sectors that were read (low four bits) and written (high four), see `BlockStream.lines`.
    ///   - weight: blocks of the grid that it stands for.
    mutating func add(_ block: [UInt64: UInt8], weight: Double) {
        // Whole numbers, so that the order of the dictionary does not matter.
        var counts: [UInt64: Counts] = [:]
        for (line, sectors) in block {
            let known = lines[line] ?? 0
            let fresh = sectors & ~known
            lines[line] = known | sectors
            let slot = Self.slot(ofLine: line)
            counts[slot, default: Counts()].reads += (sectors & 0xf).nonzeroBitCount
            counts[slot, default: Counts()].freshReads += (fresh & 0xf).nonzeroBitCount
            counts[slot, default: Counts()].writes += (sectors >> 4).nonzeroBitCount
            counts[slot, default: Counts()].freshWrites += (fresh >> 4).nonzeroBitCount
        }
        for (slot, count) in counts {
            reads[slot, default: Touched()].add(count.reads, fresh: count.freshReads, weight: weight)
            writes[slot, default: Touched()].add(count.writes, fresh: count.freshWrites, weight: weight)
        }
    }

    /// Sectors of a slot that the launch reads from device memory at least once.
    ///
    /// - Parameters:
    ///   - blocks: blocks that were sampled.
    ///   - limit: sectors of the allocation; nil where its size is not known.
    func readSectors(_ slot: UInt64, blocks: Int, limit: Double?) -> Double {
        Self.total(reads[slot], blocks, limit)
    }

    /// Sectors of a slot that the launch writes; see `readSectors`.
    func writtenSectors(_ slot: UInt64, blocks: Int, limit: Double?) -> Double {
        Self.total(writes[slot], blocks, limit)
    }

    private static func total(_ touched: Touched?, _ blocks: Int, _ limit: Double?) -> Double {
        guard let touched, touched.sum > 0 else { return 0 }
        let growth = blocks > 1 ? log(touched.distinct * Double(blocks) / touched.sum) / log(Double(blocks)) : 1
        let estimate = touched.distinct * pow(touched.weighted / touched.sum, min(1, max(0, growth)))
        return min(estimate, max(limit ?? .infinity, touched.distinct))
    }
}
