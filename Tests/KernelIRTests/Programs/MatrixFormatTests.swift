import KernelIR
import Testing

/// How operands of matrix products are rounded and dealt out to lanes.
@Suite struct MatrixFormatTests {
    @Test func shapes() {
        #expect(MatrixFormat.allCases.map(\.depth) == [16, 16, 8])
        #expect(MatrixFormat.allCases.allSatisfy { $0.leftRegisters == 4 && $0.rightRegisters == 2 })
        #expect(MatrixFormat.float16.takes(.float16) && MatrixFormat.float16.takes(.float32))
        #expect(!MatrixFormat.float16.takes(.bfloat16) && !MatrixFormat.tf32.takes(.float16))
        #expect(MatrixFormat.float16.accumulates(in: .float16) && !MatrixFormat.bfloat16.accumulates(in: .float16))
    }

    static let roundings: [(MatrixFormat, Double, Double)] = [
        (.tf32, 0x1.002p0, 0x1.004p0), (.tf32, -0x1.002p0, -0x1.004p0), (.tf32, 0x1.001ffep0, 1),
        (.tf32, 0x1.ffcp100, 0x1.ffcp100), (.tf32, 0x1.fffp3, 16), (.tf32, -.infinity, -.infinity),
        (.bfloat16, 257, 256), (.bfloat16, 259, 260), (.bfloat16, 0x1p120, 0x1p120), (.float16, 2049, 2048),
        (.float16, 2051, 2052), (.float16, 65520, .infinity), (.float16, 0x1p-25, 0),
    ]

    @Test(arguments: roundings) func rounding(_ format: MatrixFormat, _ value: Double, _ rounded: Double) {
        #expect(format.rounded(value) == rounded)
    }

    @Test func whatIsNoNumberStaysNone() {
        #expect(MatrixFormat.allCases.allSatisfy { $0.rounded(.nan).isNaN })
    }

    /// The elements that all lanes hold between them, by row and column.
    private func places(_ place: (_ lane: Index, _ ranges: Ranges) -> [(Index, Index)]) -> [[Int]] {
        let ranges = Ranges([Axis("lane", MatrixFormat.lanes)])
        return (0..<MatrixFormat.lanes).flatMap { lane in
            place(.axis("lane"), ranges).map { row, column in
                [row.evaluate(["lane": lane]), column.evaluate(["lane": lane])]
            }
        }
    }

    private func all(_ rows: Int, _ columns: Int) -> Set<[Int]> {
        Set((0..<rows).flatMap { row in (0..<columns).map { [row, $0] } })
    }

    @Test(arguments: MatrixFormat.allCases) func everyElementIsHeldOnce(_ format: MatrixFormat) {
        let parts = 0..<format.elementsPerRegister
        let left = places { lane, ranges in
            (0..<format.leftRegisters).flatMap { register in
                parts.map { part -> (Index, Index) in
                    let place = format.left(register, part: part, lane: lane, ranges)
                    return (place.row, place.inner)
                }
            }
        }
        let right = places { lane, ranges in
            (0..<format.rightRegisters).flatMap { register in
                parts.map { part -> (Index, Index) in
                    let place = format.right(register, part: part, lane: lane, ranges)
                    return (place.inner, place.column)
                }
            }
        }
        #expect(left.count == 16 * format.depth && Set(left) == all(16, format.depth))
        #expect(right.count == format.depth * 8 && Set(right) == all(format.depth, 8))
    }

    @Test func everyResultIsHeldOnce() {
        let results = places { lane, ranges in
            [(0, 0), (0, 1), (1, 0), (1, 1)].map { half, pair -> (Index, Index) in
                let place = MatrixFormat.result(lane: lane, half: Index(half), pair: Index(pair), ranges)
                return (place.row, place.column)
            }
        }
        #expect(results.count == 128 && Set(results) == all(16, 8))
    }
}
