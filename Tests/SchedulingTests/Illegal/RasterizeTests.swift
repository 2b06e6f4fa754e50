import KernelIR
import Scheduling
import Testing

/// The ways in which `rasterize` is illegal.
@Suite struct IllegalRasterizeTests {
    @Test func oneGridLoop() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4), [.bind(Bind(stage: "matmul", loop: "m"))])
        expectIllegal(
            .rasterize(Rasterize(stage: "matmul", order: .hilbert)), state, .illegalOrder,
            at: ["matmul has 1 grid loops"], hint: "bind two loops")
    }

    @Test(arguments: [0, 2000]) func rows(_ count: Int) throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 16, 4),
            [.bind(Bind(stage: "matmul", loop: "m")), .bind(Bind(stage: "matmul", loop: "n"))])
        expectIllegal(
            .rasterize(Rasterize(stage: "matmul", order: .grouped(count))), state, .illegalParameter,
            at: ["groups of \(count) rows"], hint: "1 to 1024")
    }
}
