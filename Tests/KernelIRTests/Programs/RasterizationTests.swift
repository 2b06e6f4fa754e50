import Foundation
import KernelIR
import Testing

@Suite("Orders of groups") struct RasterizationTests {
    static let orders: [Rasterization] = [.grouped(1), .grouped(3), .grouped(8), .hilbert]

    private func places(_ order: Rasterization, _ rows: Int, _ columns: Int) -> [[Int]] {
        (0..<rows * columns).map { number in
            let place = order.place(of: number, rows: rows, columns: columns)
            return [place.row, place.column]
        }
    }

    @Test(arguments: orders, [[1, 1], [1, 7], [7, 1], [2, 2], [8, 8], [5, 13], [16, 3], [33, 31]])
    func everyPlaceComesOnce(_ order: Rasterization, _ extents: [Int]) {
        let (rows, columns) = (extents[0], extents[1])
        let found = places(order, rows, columns)
        #expect(Set(found).count == rows * columns)
        #expect(found.allSatisfy { (0..<rows).contains($0[0]) && (0..<columns).contains($0[1]) })
    }

    @Test func rowsOfAGroupWalkTogether() {
        #expect(places(.grouped(2), 3, 2) == [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0], [2, 1]])
    }

    @Test(arguments: [[8, 8], [6, 10], [16, 4], [7, 9], [12, 5]]) func theCurveGoesToNeighbours(_ extents: [Int]) {
        let found = places(.hilbert, extents[0], extents[1])
        for (place, next) in zip(found, found.dropFirst()) {
            #expect(abs(place[0] - next[0]) <= 1 && abs(place[1] - next[1]) <= 1, "\(place) to \(next)")
        }
    }

    /// A quarter of the curve stays in a quarter of the square, where rows would cross all of it.
    @Test func theCurveStaysTogether() {
        let first = places(.hilbert, 8, 8).prefix(16)
        #expect(Set(first.map { $0[0] / 4 }).count == 1 && Set(first.map { $0[1] / 4 }).count == 1)
    }

    @Test(arguments: orders) func textIsReadBack(_ order: Rasterization) throws {
        #expect(Rasterization(order.description) == order)
        let data = try JSONEncoder().encode([order])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(order)\"]")
        #expect(try JSONDecoder().decode([Rasterization].self, from: data) == [order])
    }

    @Test(arguments: ["", "grouped", "grouped(0)", "grouped(x)", "rows"]) func otherWordsAreRefused(_ text: String) {
        #expect(Rasterization(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Rasterization].self, from: Data("[\"\(text)\"]".utf8))
        }
    }

    /// y = x by one group an element, in an order of their own.
    private func copy(_ order: Rasterization?, grid: [Axis]) -> LoopProgram {
        var program = Programs.kernel(
            grid: grid, [Programs.store("y", [.axis("g"), .axis("h")], .load("x", [.axis("g"), .axis("h")]))])
        program.kernels[0].rasterization = order
        return program
    }

    @Test(arguments: orders) func valuesStayTheSame(_ order: Rasterization) throws {
        let program = copy(order, grid: [Axis("g", 8), Axis("h", 8)])
        try program.verify()
        let x = (0..<64).map(Double.init)
        #expect(try LoopProgramInterpreter.run(program, inputs: ["x": x])["y"] == x)
    }

    @Test func oneAxisHasNoOrder() {
        var program = Programs.kernel([
            Programs.loop("h", 8, [Programs.store("y", [.axis("g"), .axis("h")], .float(1))])
        ])
        program.kernels[0].rasterization = .hilbert
        #expect(message { try program.verify() }.contains("cannot walk 1 grid axes in the order hilbert"))
        #expect(message { try copy(.grouped(0), grid: [Axis("g", 8), Axis("h", 8)]).verify() }.contains("grouped(0)"))
    }
}
