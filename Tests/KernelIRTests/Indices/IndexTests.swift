import Testing

@testable import KernelIR

/// Index algebra against brute force: whatever is simplified, the values stay the same at every point.
@Suite("Index algebra") struct IndexTests {
    private static let axes = [Axis("a", 3), Axis("b", 4), Axis("c", 5)]

    /// Every point of a box.
    private static func points(_ axes: [Axis]) -> [[String: Int]] {
        axes.reduce([[:]]) { points, axis in
            points.flatMap { point in (0..<axis.extent).map { point.merging([axis.name: $0]) { $1 } } }
        }
    }

    /// A random index of some depth of quotients and remainders.
    private static func random(_ axes: [Axis], depth: Int, _ random: inout SeededRandom) -> Index {
        let ranges = Ranges(axes)
        var result = Index(Int.random(in: -6...6, using: &random))
        for axis in axes where Bool.random(using: &random) {
            result = result + .axis(axis.name) * Int.random(in: -8...8, using: &random)
        }
        guard depth > 0 else { return result }
        let inner = Self.random(axes, depth: depth - 1, &random)
        let divisor = Int.random(in: 1...9, using: &random)
        let factor = Int.random(in: -3...3, using: &random)
        return Bool.random(using: &random)
            ? result + inner.divided(by: divisor, ranges) * factor
            : result + inner.remainder(by: divisor, ranges) * factor
    }

    @Test(arguments: 0..<300)
    func divisionIsExact(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let index = Self.random(Self.axes, depth: 2, &random)
        let divisor = Int.random(in: 1...12, using: &random)
        let ranges = Ranges(Self.axes)
        let (quotient, remainder) = (index.divided(by: divisor, ranges), index.remainder(by: divisor, ranges))
        for point in Self.points(Self.axes) {
            let value = index.evaluate(point)
            #expect(quotient.evaluate(point) == floorQuotient(value, divisor), "seed \(seed): (\(index))/\(divisor)")
            #expect(remainder.evaluate(point) == floorRemainder(value, divisor), "seed \(seed): (\(index))%\(divisor)")
        }
    }

    @Test(arguments: 0..<300)
    func substitutionIsExact(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let index = Self.random(Self.axes, depth: 2, &random)
        let new = [Axis("p", 4), Axis("q", 6)]
        // Replacements stay within the ranges the index was simplified with.
        var replacements: [String: Index] = [:]
        for axis in Self.axes where Int.random(in: 0..<3, using: &random) > 0 {
            let sum = Index.axis("p") * Int.random(in: 0...3, using: &random) + .axis("q")
            replacements[axis.name] = sum.remainder(by: axis.extent, Ranges(new))
        }
        let kept = Self.axes.filter { replacements[$0.name] == nil }
        let result = index.substituting(replacements, Ranges(new + kept))
        for point in Self.points(new + kept) {
            let old = point.merging(replacements.mapValues { $0.evaluate(point) }) { $1 }
            #expect(result.evaluate(point) == index.evaluate(old), "seed \(seed): \(index) with \(replacements)")
        }
    }

    @Test(arguments: 0..<300)
    func rangesEnclose(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let index = Self.random(Self.axes, depth: 2, &random)
        let range = index.range(Ranges(Self.axes))
        for point in Self.points(Self.axes) { #expect(range.contains(index.evaluate(point)), "seed \(seed): \(index)") }
    }

    @Test(arguments: 0..<300)
    func guardedIntervalsEnclose(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let guards = (0..<2).map { _ in
            Bound(Self.random(Self.axes, depth: 0, &random), below: Int.random(in: 1...12, using: &random))
        }
        // An index related to the guards, as accesses are.
        let index =
            Self.random(Self.axes, depth: 1, &random) + guards[0].index * Int.random(in: -2...2, using: &random)
        let legal = Self.points(Self.axes).filter { point in
            guards.allSatisfy { (0..<$0.extent).contains($0.index.evaluate(point)) }
        }
        guard let tight = Ranges(Self.axes).tightened(by: guards) else {
            #expect(legal.isEmpty, "seed \(seed)")
            return
        }
        let interval = index.interval(tight, given: guards)
        for point in legal {
            #expect(
                (interval.low...max(interval.low, interval.high)).contains(index.evaluate(point)),
                "seed \(seed): \(index) under \(guards)")
        }
    }

    @Test func equalValuesHaveEqualForms() {
        let ranges = Ranges([Axis("o", 8), Axis("i", 4)])
        let whole = Index.axis("o") * 4 + .axis("i")
        #expect(whole.divided(by: 4, ranges) == .axis("o"))
        #expect(whole.remainder(by: 4, ranges) == .axis("i"))
        #expect(whole.divided(by: 8, ranges).description == "(o)/2")
        let fused = Index.axis("x").divided(by: 7, Ranges([Axis("x", 21)])) * 7
        let rest = Index.axis("x").remainder(by: 7, Ranges([Axis("x", 21)]))
        #expect((fused + rest).substituting(["x": .axis("y")], Ranges([Axis("y", 21)])) == .axis("y"))
    }

    /// A walk through a block of three dimensions is one walk again however its loop was split.
    @Test(arguments: [(64, 0), (64, 16), (64, 48), (32, 1), (7, 3), (900, 5)])
    func placesInDimensionsBecomeOneWalkAgain(_ step: Int, _ offset: Int) {
        let (depth, height, width) = (22, 30, 30)
        let all = Ranges([Axis("r", depth * height * width)])
        let r = Index.axis("r")
        let place = [
            r.divided(by: height * width, all), r.divided(by: width, all).remainder(by: height, all),
            r.remainder(by: width, all),
        ]
        let split = Index.axis("o") * step + .axis("l") + offset
        let ranges = Ranges([Axis("o", depth * height * width / step), Axis("l", 16)])
        let strides = [height * width, width, 1]
        let linear = zip(place, strides).reduce(Index(0)) { $0 + $1.0.substituting(["r": split], ranges) * $1.1 }
        #expect(linear.recombined() == split)
    }
}
