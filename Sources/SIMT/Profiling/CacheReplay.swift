/// Passes the accesses of some blocks through the caches as if the blocks ran side by side.
///
/// The emulator runs warps one after the other, as far as barriers let it; on a GPU all go on at about the same pace.
/// So one access of every warp of every block is taken in turn. Each block has an L1 for itself: its share of the SM's.
struct CacheReplay {
    /// What moved.
    let traffic: CacheTraffic
    /// Sectors read from device memory, by the slot of the address space they lie in.
    let readSectors: [UInt64: Int]

    /// - Parameter l2Share: the part of L2 that the blocks have to themselves, 0…1.
    init(_ blocks: [BlockStream], gpu: GPUModel, l1Bytes: Int, l2Share: Double) {
        var caches = CacheModel(gpu: gpu, l1Bytes: l1Bytes, sms: blocks.count, l2Share: l2Share)
        var readSectors: [UInt64: Int] = [:]
        var cursors: [Cursor] = []
        for warp in 0..<(blocks.map(\.warps.count).max() ?? 0) {
            for (block, stream) in blocks.enumerated() where warp < stream.warps.count && !stream.warps[warp].isEmpty {
                cursors.append(Cursor(block: block, warp: warp))
            }
        }
        while !cursors.isEmpty {
            var kept = 0
            for index in cursors.indices {
                var cursor = cursors[index]
                let stream = blocks[cursor.block].warps[cursor.warp]
                var isDone = false
                while !isDone {
                    let item = BlockStream.Item(packed: stream[cursor.position])
                    let before = caches.traffic.dramReads
                    Self.pass(item, through: &caches, block: cursor.block)
                    let read = caches.traffic.dramReads - before
                    if read > 0 { readSectors[Footprint.slot(ofLine: item.line), default: 0] += read }
                    cursor.position += 1
                    isDone = item.isLast
                }
                guard cursor.position < stream.count else { continue }
                cursors[kept] = cursor
                kept += 1
            }
            cursors.removeLast(cursors.count - kept)
        }
        traffic = caches.traffic
        self.readSectors = readSectors
    }

    /// Where a warp is in its accesses.
    private struct Cursor {
        var block: Int
        var warp: Int
        var position = 0
    }

    private static func pass(_ item: BlockStream.Item, through caches: inout CacheModel, block: Int) {
        for sector in 0..<BlockStream.sectorsPerLine where item.sectors >> sector & 1 != 0 {
            let address = item.line * UInt64(MemoryRates.lineBytes) + sector * UInt64(MemoryRates.sectorBytes)
            caches.access(item.access, address, sm: block)
        }
    }
}
