import KernelIR
import Rendering
import Testing

@testable import Devices

/// The functions that sources take groups apart by give the places that the interpreter gives.
@Suite struct GroupOrderTests {
    @Test(
        arguments: [Rasterization.grouped(1), .grouped(3), .grouped(8), .hilbert],
        [[2, 2], [8, 8], [5, 13], [16, 3], [33, 31]])
    func everyGroupHasItsPlace(_ order: Rasterization, _ extents: [Int]) throws {
        let (rows, columns) = (extents[0], extents[1])
        let device = try OpenCLDevice.named("opencl:0")
        let place = [Index.axis("m"), .axis("n")]
        let value = Expr.cast(.float32, .index(.axis("m") * columns + .axis("n"), .int32)) + .load("x", place)
        let program = LoopProgram(
            name: "order",
            buffers: [
                Buffer("x", shape: [rows, columns], role: .input), Buffer("y", shape: [rows, columns], role: .output),
            ],
            kernels: [
                Kernel(
                    name: "order", grid: [Axis("m", rows), Axis("n", columns)],
                    body: [.store([Store("y", place, value)])], rasterization: order)
            ])
        let solution = try device.rendered(program)
        #expect(solution.launches[0].grid == [rows * columns, 1, 1])
        let count = rows * columns
        let y: [Float] = try device.output(of: solution, for: [Float](repeating: 1, count: count), count: count)
        #expect(y == (1...count).map { Float($0) })
    }
}
