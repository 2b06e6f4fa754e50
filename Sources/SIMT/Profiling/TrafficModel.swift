/// What a launch moves between the memory levels, estimated from sampled blocks.
///
/// Bytes between the SMs and L2, and the hit rate of L1, are those of the sample, every block counted as often as it
/// stands for others: what blocks share in L1 is not seen.
///
/// Bytes read from device memory cannot be scaled like that: sampled blocks see only the reuse among themselves, and
/// what all blocks share would be counted as often as there are samples in the grid. So neighbouring blocks pass
/// through L2 twice, half of them and all. What the second half adds is what every further block adds; what it does not
/// add is shared, and is read once. Sharing with blocks farther away than the neighbours is missed, so that the figure
/// errs upwards, with two bounds: no less than the launch touches is read (`Footprint`), and no more than that where
/// all the allocations that are read again fit into L2 together. Every sector that is written is written back once.
/// Caches are cold when the kernel starts. Source: volumes by the distinct bytes of blocks that run side by side,
/// Ernst et al., arXiv:2204.14242.
struct TrafficModel {
    private let gpu: GPUModel
    /// The part of an SM's L1 that a block has.
    private let l1Bytes: Int
    /// Blocks of the launch, and those that run at the same time.
    private let blocks: Int
    private let concurrentBlocks: Int

    /// From this ratio on of what neighbours miss to what the launch touches, an allocation counts as read again.
    private static let againFactor = 1.25

    private var l1Loads = 0.0
    private var l1LoadHits = 0.0
    private var l2Reads = 0.0
    private var l2Writes = 0.0
    private var footprint = Footprint()
    private var neighbours: (half: Neighbours, all: Neighbours) = (half: Neighbours(), all: Neighbours())

    /// Sectors that a number of neighbouring blocks read from device memory, by slot.
    private struct Neighbours {
        var count = 0
        var readSectors: [UInt64: Int] = [:]
    }

    /// - Parameter blocks: those of the launch.
    init(gpu: GPUModel, occupancy: Occupancy, blocks: Int) {
        self.gpu = gpu
        self.blocks = blocks
        let resident = min(occupancy.blocksPerSM, (blocks + gpu.sms - 1) / gpu.sms)
        l1Bytes = occupancy.l1Bytes / max(1, resident)
        concurrentBlocks = min(blocks, resident * gpu.sms)
    }

    /// Adds blocks each of which stands for `weight` blocks of the launch.
    mutating func add(_ streams: [BlockStream], weight: Double) {
        let traffic = replay(streams, count: streams.count).traffic
        l1Loads += weight * Double(traffic.l1Loads)
        l1LoadHits += weight * Double(traffic.l1LoadHits)
        l2Reads += weight * Double(traffic.l2Reads)
        l2Writes += weight * Double(traffic.l2Writes)
        for stream in streams { footprint.add(stream.lines, weight: weight) }
    }

    /// Looks at what neighbouring blocks share.
    ///
    /// - Parameters:
    ///   - streams: those of blocks that touched global memory.
    ///   - numbers: the neighbours in their order.
    mutating func addNeighbours(_ streams: [BlockStream], _ numbers: [Int]) {
        neighbours.all = measure(streams, numbers)
        neighbours.half = measure(streams, Array(numbers.prefix(numbers.count / 2)))
    }

    /// The traffic of the launch.
    ///
    /// - Parameters:
    ///   - sampled: blocks that were added.
    ///   - bytes: the sizes of allocations, by slot.
    ///   - unseenFactor: accesses of those blocks over the ones that were added; the rest is taken to be like them.
    func traffic(sampled: Int, bytes: [UInt64: Int], unseenFactor: Double) -> MemoryTraffic {
        let sector = Double(MemoryRates.sectorBytes)
        var (once, read, readAgain, written) = (0.0, 0.0, 0.0, 0.0)
        for slot in footprint.slots {
            let limit = bytes[slot].map { (Double($0) / sector).rounded(.up) }
            func whole(_ sectors: Double) -> Double { min(sectors * unseenFactor, max(sectors, limit ?? .infinity)) }
            let least = whole(footprint.readSectors(slot, blocks: sampled, limit: limit))
            let missed = missedSectors(slot) * unseenFactor
            once += least
            read += max(least, missed)
            if missed > Self.againFactor * least { readAgain += least }
            written += whole(footprint.writtenSectors(slot, blocks: sampled, limit: limit))
        }
        if readAgain * sector <= Double(gpu.memory.l2Bytes) { read = once }
        let asked = l2Reads * unseenFactor
        return MemoryTraffic(
            l1HitRate: l1Loads > 0 ? l1LoadHits / l1Loads : 0,
            l2HitRate: asked > 0 ? min(1, max(0, 1 - read / asked)) : 0,
            l2Bytes: (l2Reads + l2Writes) * unseenFactor * sector, dramReadBytes: read * sector,
            dramWrittenBytes: written * sector)
    }

    /// Sectors of a slot that the launch reads from device memory if every block beyond the neighbours adds what one of
    /// their second half added.
    private func missedSectors(_ slot: UInt64) -> Double {
        let (half, all) = neighbours
        guard all.count > half.count else { return 0 }
        let missed = Double(all.readSectors[slot] ?? 0)
        let added = max(0, missed - Double(half.readSectors[slot] ?? 0))
        return missed + added / Double(all.count - half.count) * Double(blocks - all.count)
    }

    private func measure(_ streams: [BlockStream], _ numbers: [Int]) -> Neighbours {
        let wanted = Set(numbers)
        let replay = replay(streams.filter { wanted.contains($0.block) }, count: numbers.count)
        return Neighbours(count: numbers.count, readSectors: replay.readSectors)
    }

    /// Blocks of which `count` run side by side, with a share of L2 as large as theirs of the blocks under way.
    private func replay(_ streams: [BlockStream], count: Int) -> CacheReplay {
        CacheReplay(
            streams, gpu: gpu, l1Bytes: l1Bytes, l2Share: min(1, Double(count) / Double(max(1, concurrentBlocks))))
    }
}
