import Testing

@testable import KernelIR

/// What combinations across work-items mean: groups of eight, each of which holds an element of a row of x.
@Suite struct CrossItemTests {
    private typealias P = Programs
    private let x = (0..<64).map { Double(($0 * 29) % 31) }
    private let number = Index.axis("a") * 4 + .axis("b")

    private func row(_ number: Int) -> [Double] { Array(x[(8 * number)..<(8 * number + 8)]) }

    private func register(_ name: String, _ type: DType = .float32) -> Statement {
        .allocate(LocalBuffer(name, type, shape: [], space: .register))
    }

    private func run(_ body: [Statement]) throws -> [Double] {
        let program = P.kernel(local: [Axis("a", 2), Axis("b", 4)], body)
        try program.verify()
        return try #require(try LoopProgramInterpreter.run(program, inputs: ["x": x])["y"])
    }

    private func combined(_ monoid: Monoid, count: Int, stride: Int = 1, isShared: Bool = true) -> [Statement] {
        [
            register("v"), P.store("v", [], .load("x", [.axis("g"), number])),
            .combine(
                CrossItemReduction(
                    monoid, [.init("v", [])], count: count, stride: stride, method: .tree, isShared: isShared)),
        ]
    }

    @Test(arguments: [(8, 1), (4, 1), (2, 4), (2, 1), (2, 2), (1, 1)])
    func rowsAreSummedOnTheirOwn(_ count: Int, _ stride: Int) throws {
        let y = try run(
            combined(.sum(), count: count, stride: stride) + [P.store("y", [.axis("g"), number], .load("v", []))])
        for g in 0..<8 {
            for item in 0..<8 {
                let first = item / (count * stride) * count * stride + item % stride
                let expected = (0..<count).map { row(g)[first + $0 * stride] }.reduce(0, +)
                #expect(y[8 * g + item] == expected, "work-item \(item) of group \(g)")
            }
        }
    }

    @Test func onlyTheFirstHasWhatIsNotShared() throws {
        let zeros = P.store("y", [.axis("g"), number], .float(0))
        let first = Statement.when(
            [Bound(number, below: 1)], then: [P.store("y", [.axis("g"), number], .load("v", []))], otherwise: [])
        let body = combined(.maximum(), count: 8, isShared: false)
        let y = try run(body + [zeros, first])
        for g in 0..<8 {
            #expect(y[(8 * g)..<(8 * g + 8)].elementsEqual([row(g).max() ?? 0] + Array(repeating: 0, count: 7)))
        }
        let all = P.kernel(
            local: [Axis("a", 2), Axis("b", 4)],
            body + [P.store("y", [.axis("g"), number], .load("v", []))])
        let said = message { _ = try LoopProgramInterpreter.run(all, inputs: ["x": x]) }
        #expect(said.contains("element of v never written"))
    }

    @Test func tuplesCombineTogether() throws {
        let y = try run([
            register("v"), register("place", .int32), P.store("v", [], .load("x", [.axis("g"), number])),
            P.store("place", [], .index(number, .int32)),
            .combine(
                CrossItemReduction(
                    .argmax(), [.init("v", []), .init("place", [])], count: 8, method: .tree, isShared: true)),
            P.store(
                "y", [.axis("g"), number], .load("v", []) * .float(100) + .cast(.float32, .load("place", []))),
        ])
        for g in 0..<8 {
            let greatest = row(g).max() ?? 0
            let place = row(g).firstIndex(of: greatest) ?? -1
            for item in 0..<8 { #expect(y[8 * g + item] == 100 * greatest + Double(place)) }
        }
    }

    /// In a loop, and on an element of an array of each work-item.
    @Test func loopsCombineAgainAndAgain() throws {
        let i = Index.axis("i")
        let y = try run([
            .allocate(LocalBuffer("v", .float32, shape: [3], space: .memory)),
            P.loop(
                "i", 3,
                [
                    P.store("v", [i], .load("x", [.axis("g"), number]) * .cast(.float32, .index(i, .int32))),
                    .combine(
                        CrossItemReduction(.sum(), [.init("v", [i])], count: 8, method: .tree, isShared: true)),
                ]),
            P.store("y", [.axis("g"), number], .load("v", [Index(2)]) - .load("v", [Index(1)])),
        ])
        for g in 0..<8 { for item in 0..<8 { #expect(y[8 * g + item] == row(g).reduce(0, +)) } }
    }

    @Test func whatWasNeverWrittenIsAnError() {
        let program = P.kernel(
            local: [Axis("a", 2), Axis("b", 4)],
            [
                register("v"),
                .when([Bound(number, below: 5)], then: [P.store("v", [], .float(1))], otherwise: []),
                .combine(CrossItemReduction(.sum(), [.init("v", [])], count: 8, method: .tree, isShared: true)),
                P.store("y", [.axis("g"), number], .load("v", [])),
            ])
        let said = message { _ = try LoopProgramInterpreter.run(program, inputs: ["x": x]) }
        #expect(said.contains("it combines an element of v never written"))
    }
}
