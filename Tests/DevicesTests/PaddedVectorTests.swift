import KernelIR
import Testing

@testable import Devices

/// Vectors that begin before a row or end behind it hold the row's elements and fills, and nothing else.
@Suite(.serialized) struct PaddedVectorTests {
    /// y[r, i] = x[r, i − before], or −1 where x has no such element, in vectors.
    private func program(rows: Int, columns: Int, before: Int, after: Int, width: Int) -> LoopProgram {
        let length = columns + before + after
        let place = Index.axis("g") * width + .axis("l")
        let source = place - Index(before)
        let value = Expr.load(
            Load("x", [.axis("r"), source], bounds: [Bound(source, below: columns)], fill: -1))
        let store = Statement.store([
            Store("y", [.axis("r"), place], value, bounds: [Bound(place, below: length)])
        ])
        return LoopProgram(
            name: "pad",
            buffers: [
                Buffer("x", shape: [rows, columns], role: .input), Buffer("y", shape: [rows, length], role: .output),
            ],
            kernels: [
                Kernel(
                    name: "pad", grid: [Axis("r", rows), Axis("g", (length + width - 1) / width)],
                    body: [.loop(axis: "l", start: 0, end: width, kind: .lanes, body: [store])])
            ])
    }

    @Test(arguments: [(37, 1, 1), (32, 3, 0), (5, 2, 4), (16, 20, 33)])
    func rowsKeepTheirElements(_ columns: Int, _ before: Int, _ after: Int) throws {
        let (rows, length) = (3, columns + before + after)
        let x = (0..<rows * columns).map { Float($0) + 0.5 }
        let device = try OpenCLDevice.named("opencl:0")
        for width in [4, 8, 16] {
            let padded = program(rows: rows, columns: columns, before: before, after: after, width: width)
            let found: [Float] = try device.output(of: device.rendered(padded), for: x, count: rows * length)
            for row in 0..<rows {
                for place in 0..<length {
                    let source = place - before
                    let expected = (0..<columns).contains(source) ? x[row * columns + source] : -1
                    #expect(found[row * length + place] == expected, "\(width) lanes, row \(row), place \(place)")
                }
            }
        }
    }
}
