import KernelIR
import Testing

@testable import Policies

@Suite struct DistinctPlacesTests {
    private typealias Coordinate = DistinctPlaces.Coordinate

    private let i = Index.axis("i")
    private let j = Index.axis("j")

    private func places(_ indices: [Index], _ extents: [String: Int]) -> DistinctPlaces {
        DistinctPlaces(indices.map { Coordinate(index: $0) }, extents: extents)
    }

    @Test func tilesGiveEveryPlaceOnce() {
        let tiles = places([i * 48 + j], ["i": 2, "j": 48])
        #expect(tiles.count == 96)
        #expect(tiles.told == ["i", "j"] && tiles.untold.isEmpty)
        #expect(places([i * -48 + j], ["i": 2, "j": 48]).count == 96)
    }

    /// Windows of 12 that are 4 apart: at least four new places each, and only the window's number is told.
    @Test func overlapsCountOnce() {
        let windows = places([i * 4 + j], ["i": 1000, "j": 12])
        #expect(windows.count == 4000)
        #expect(windows.told == ["i"] && windows.untold == ["j"])
    }

    @Test func severalIndicesTellTogether() {
        let extents = ["i": 5, "j": 7]
        #expect(places([i, j], extents).count == 35)
        #expect(places([i + j, j], extents).count == 35)
        // The same sum twice tells no more than once: eleven values, of which one axis alone gives seven.
        #expect(places([i + j, i + j], extents).count == 7)
        #expect(places([i, i], extents).count == 5)
    }

    @Test func hiddenAxesTellNothing() {
        let extents = ["i": 5, "j": 7]
        let crossed = [Coordinate(index: i, hidden: ["j"]), Coordinate(index: j, hidden: ["i"])]
        #expect(DistinctPlaces(crossed, extents: extents).count == 5)
        // What is known from elsewhere hides nothing.
        let known = [Coordinate(index: i, hidden: ["j"]), Coordinate(index: j)]
        #expect(DistinctPlaces(known, extents: extents).count == 35)
    }

    @Test func constantsAndQuotientsCountAsOne() {
        let quotient = i.divided(by: 48, Ranges([Axis("i", 96)]))
        #expect(places([quotient], ["i": 96]).count == 1)
        #expect(places([i], [:]).count == 1)
        #expect(places([], ["i": 5]).count == 1)
    }
}

@Suite struct LeastShareTests {
    private let i = Index.axis("i")
    private let ranges = Ranges([Axis("k", 3), Axis("l", 16), Axis("i", 10)])

    @Test func aBoundHoldsWhereItsWidestAxisAllowsIt() {
        let place = Index.axis("k") * 16 + Index.axis("l")
        // Below 40 for all l where k is 0 or 1, and for half of them where it is 2.
        #expect(Bound(place, below: 40).leastShare(ranges) == 2.0 / 3)
        #expect(Bound(place, below: 48).leastShare(ranges) == 1)
        #expect(Bound(i, below: 4).leastShare(ranges) == 0.4)
        // 0 ≤ 9 - i < 5 for i from 5 to 9, and 0 ≤ i - 2 < 100 from 2 on.
        #expect(Bound(Index(9) - i, below: 5).leastShare(ranges) == 0.5)
        #expect(Bound(i + -2, below: 100).leastShare(ranges) == 0.8)
        #expect(Bound(Index.axis("unknown"), below: 5).leastShare(ranges) == 0)
    }

    @Test func severalBoundsMayFailApart() {
        let bounds = [Bound(i, below: 5), Bound(Index(9) - i, below: 8)]
        // Half and four fifths leave three tenths where they fail apart, as they do.
        #expect(abs(bounds.leastShare(ranges) - 0.3) < 1e-12)
        #expect((bounds + bounds).leastShare(ranges) == bounds.leastShare(ranges))
        #expect([Bound(i, below: 2), Bound(i, below: 3)].leastShare(ranges) == 0)
    }
}
