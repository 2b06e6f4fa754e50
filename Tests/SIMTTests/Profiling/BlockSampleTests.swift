import Testing

@testable import SIMT

@Suite("Sampling blocks") struct BlockSampleTests {
    @Test("small grids are run as a whole")
    func small() {
        let sample = BlockSample(grid: SIMTExtent(3, 2), limit: 64)
        #expect(sample.groups.map(\.blocks) == [[0], [1, 2, 3, 4, 5]])
        #expect(sample.groups.map(\.weight) == [1, 1])
        #expect(sample.neighbours == [1, 2, 3, 4, 5] && sample.main == 1)
        let single = BlockSample(grid: SIMTExtent(1), limit: 64)
        #expect(single.groups.map(\.blocks) == [[0]] && single.main == 0 && single.neighbours == [0])
    }

    @Test(
        "every block is stood for once, corners run, and the limit holds",
        arguments: [
            SIMTExtent(10_000), SIMTExtent(128, 128), SIMTExtent(2, 5000), SIMTExtent(30, 20, 10),
            SIMTExtent(1, 1, 100), SIMTExtent(7, 11),
        ], [3, 5, 16, 64])
    func large(grid: SIMTExtent, limit: Int) {
        let sample = BlockSample(grid: grid, limit: limit)
        let blocks = sample.groups.flatMap(\.blocks)
        #expect(sample.groups.reduce(0) { $0 + $1.count } == grid.count)
        #expect(blocks.count <= limit && blocks.count == sample.blockCount)
        #expect(Set(blocks).count == blocks.count && blocks.allSatisfy { (0..<grid.count).contains($0) })
        #expect(sample.groups[0] == BlockSample.Group(blocks: [0], count: 1))
        #expect(blocks.contains(grid.count - 1))
        for group in sample.groups {
            #expect(!group.blocks.isEmpty && group.blocks == group.blocks.sorted() && group.weight >= 1)
        }
        let main = sample.groups[sample.main]
        #expect(sample.groups.allSatisfy { $0.count <= main.count })
        #expect(!sample.neighbours.isEmpty && Set(sample.neighbours).isSubset(of: main.blocks))
        #expect(sample == BlockSample(grid: grid, limit: limit))
    }

    @Test("neighbours follow one another, edges are groups of their own")
    func shape() {
        let sample = BlockSample(grid: SIMTExtent(128, 128), limit: 64)
        #expect(sample.groups.map(\.count) == [1, 126, 1, 126, 126 * 126, 126, 1, 126, 1])
        #expect(sample.neighbours.count > 8)
        for (block, next) in zip(sample.neighbours, sample.neighbours.dropFirst()) { #expect(next == block + 1) }
        // What is spread leaves no row or column pattern: no two of them share a row.
        let rows = sample.groups[sample.main].blocks.filter { !sample.neighbours.contains($0) }.map { $0 / 128 }
        #expect(Set(rows).count == rows.count)
    }

    @Test("where edges have no groups, what stands for inner blocks is no edge", arguments: [3, 5])
    func inside(limit: Int) {
        let grid = SIMTExtent(16, 16)
        let sample = BlockSample(grid: grid, limit: limit)
        #expect(sample.groups.map(\.count) == [1, 254, 1] && sample.main == 1)
        for block in sample.groups[1].blocks {
            let place = grid.place(block)
            #expect((1...14).contains(place.x) && (1...14).contains(place.y), "\(place)")
        }
    }

    @Test("amounts of blocks that are run add up to those of the grid")
    func totals() {
        let grid = SIMTExtent(128, 128)
        let sample = BlockSample(grid: grid, limit: 64)
        // Tiles of 12 elements, in the last column of 3, in the last row of 4.
        func amount(_ block: Int) -> Int {
            let place = grid.place(block)
            return (place.x == 127 ? 1 : 4) * (place.y == 127 ? 1 : 3)
        }
        let amounts = Dictionary(uniqueKeysWithValues: sample.groups.flatMap(\.blocks).map { ($0, amount($0)) })
        #expect(abs(sample.total(of: amounts) - Double((127 * 4 + 1) * (127 * 3 + 1))) < 1e-6)
        #expect(sample.total(of: [:]) == 0)
        // What is missing counts as often as its block does.
        #expect(sample.total(of: [0: 5]) == 5)
    }
}
