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
        try program.verify()
        let solution = try Renderer.openCL(device.profile).render(program, workload: "", author: "test")
        #expect(solution.launches[0].grid == [rows * columns, 1, 1])
        let size = 8192
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 4096)
        defer { memory.deallocate() }
        let floats = memory.bindMemory(to: Float.self)
        for element in 0..<rows * columns { (floats[element], floats[size / 4 + element]) = (1, -1) }
        let plan = try device.load(
            solution, try device.compile(solution).binary,
            buffers: [
                .input("x"): UnsafeMutableRawBufferPointer(rebasing: memory[..<size]),
                .output("y"): UnsafeMutableRawBufferPointer(rebasing: memory[size...]),
            ])
        try plan.run(count: 1, prepare: true)
        #expect((0..<rows * columns).allSatisfy { floats[size / 4 + $0] == Float($0 + 1) })
    }
}
