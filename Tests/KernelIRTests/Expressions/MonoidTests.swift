import Testing

@testable import KernelIR

/// The laws that make reductions legal to reorder, on random states.
@Suite("Monoid laws") struct MonoidTests {
    private static let monoids: [Monoid] = [
        .sum(), .product(), .maximum(), .minimum(), .argmax(), .argmin(), .logSumExp(), .welford(),
        .maximum(.int32), .minimum(.int64), .argmax(.int64), .argmin(.int32),
    ]

    /// States that the monoid's own lifts and combinations can reach.
    private static func element(_ monoid: Monoid, _ random: inout SeededRandom) -> [Double] {
        let x = Double(Int.random(in: -4...4, using: &random)) / 2
        switch monoid.name {
        case "argmax", "argmin": return [x, Double(Int.random(in: 0..<100, using: &random))]
        case "logSumExp": return [x, Double.random(in: 1...3, using: &random)]
        case "welford": return [Double(Int.random(in: 1...5, using: &random)), x, abs(x)]
        default: return [x]
        }
    }

    private static func combine(_ monoid: Monoid, _ a: [Double], _ b: [Double]) throws -> [Double] {
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: 2 * a.count)
        defer { memory.deallocate() }
        memory.initialize(repeating: 0, count: 2 * a.count)
        for state in a.indices { (memory[state], memory[a.count + state]) = (a[state], b[state]) }
        var compiler = ExprCompiler(place: monoid.name, arithmetic: .double, memory: [:])
        (compiler.left, compiler.right, compiler.states) = (memory, memory + a.count, monoid.states)
        var result: [Double] = []
        for expr in monoid.combine { result.append(try compiler.compile(expr)()) }
        return result
    }

    private static func agree(_ a: [Double], _ b: [Double]) -> Bool {
        zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-12 * max(1, abs($0)) }
    }

    @Test(arguments: monoids, 0..<40)
    func combineIsAssociative(monoid: Monoid, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (a, b, c) = (
            Self.element(monoid, &random), Self.element(monoid, &random), Self.element(monoid, &random)
        )
        let left = try Self.combine(monoid, Self.combine(monoid, a, b), c)
        let right = try Self.combine(monoid, a, Self.combine(monoid, b, c))
        #expect(Self.agree(left, right), "seed \(seed): \(left) and \(right)")
    }

    @Test(arguments: monoids, 0..<10)
    func identityChangesNothing(monoid: Monoid, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let a = Self.element(monoid, &random)
        #expect(try Self.agree(Self.combine(monoid, monoid.identity, a), a), "seed \(seed)")
        #expect(try Self.agree(Self.combine(monoid, a, monoid.identity), a), "seed \(seed)")
        let identity = try Self.combine(monoid, monoid.identity, monoid.identity)
        #expect(Self.agree(identity, monoid.identity))
    }

    @Test(arguments: monoids, 0..<20)
    func combineCommutesWhereClaimed(monoid: Monoid, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (a, b) = (Self.element(monoid, &random), Self.element(monoid, &random))
        guard monoid.isCommutative else { return }
        #expect(try Self.agree(Self.combine(monoid, a, b), Self.combine(monoid, b, a)), "seed \(seed)")
    }

    @Test(arguments: [Monoid.argmax(), .argmin()])
    func placesOfExtremaAreTheFirst(monoid: Monoid) throws {
        #expect(try Self.combine(monoid, [2, 7], [2, 3]) == [2, 3])
        #expect(try Self.combine(monoid, [.nan, 7], [2, 3])[1] == 7)
        #expect(try Self.combine(monoid, [.nan, 7], [.nan, 3])[1] == 3)
    }

    /// Where places ascend the cheaper combination gives the same, unless nothing was better than the identity yet.
    @Test(arguments: [Monoid.argmax(), .argmin()])
    func laterPlacesNeedNoTies(monoid: Monoid) throws {
        let succession = try #require(monoid.succession)
        var later = monoid
        later.combine = succession.combine
        let values = [-1.0, 0, 2, .infinity, -.infinity, .nan]
        for (a, b) in values.flatMap({ a in values.map { (a, $0) } }) {
            let (left, right) = ([a, 3], [b, 7])
            #expect(try Self.agree(Self.combine(later, left, right), Self.combine(monoid, left, right)), "\(a) \(b)")
        }
        #expect(try Self.combine(later, monoid.identity, [5, 7]) == [5, 7])
        #expect(try Self.combine(later, monoid.identity, [monoid.identity[0], 7])[1] == Monoid.unplaced)
    }

    @Test func welfordIsTheVariance() throws {
        let sample = [1.0, 4, 2, 8, 5]
        var state = Monoid.welford().identity
        for x in sample { state = try Self.combine(.welford(), state, [1, x, 0]) }
        #expect(Self.agree(state, [5, 4, 30]))
    }
}
