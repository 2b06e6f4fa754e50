import Foundation
import KernelIR
import Rendering
import Scheduling
import Testing

/// Sums over groups of channels read memory in whole vectors, whatever their places' extents are.
@Suite struct GroupSumTests {
    @Test(arguments: [(31, 15), (22, 30), (16, 16)]) func wholeVectorsAreRead(_ rows: Int, _ columns: Int) throws {
        let (groups, channels, places) = (2, 3, rows * columns)
        let ranges = Ranges([Axis("r", channels * places)])
        let r = Index.axis("r")
        let channel = Index.axis("g") * channels + r.divided(by: places, ranges)
        let x = Expr.load(
            "x",
            [channel, r.divided(by: columns, ranges).remainder(by: rows, ranges), r.remainder(by: columns, ranges)])
        let program = TensorProgram(
            name: "groups",
            buffers: [
                Buffer("x", shape: [groups * channels, rows, columns], role: .input),
                Buffer("f", shape: [groups * channels], role: .parameter), Buffer("y", shape: [groups], role: .output),
            ],
            stages: [
                .reduce(
                    "sum", [Axis("g", groups)], .sum(), over: [Axis("r", channels * places)],
                    [x * .load("f", [channel])], finish: [.state(0)], into: ["y"])
            ])
        let target = TargetProfile.genericAVX512
        let state = try ScheduleState(program, target: target).applying(ProgramCPU().schedule(program, target: target))
        let source = try Renderer.openCL(target).source(state.lowered())
        #expect(source.contains("vload16(0, x"))
        // All groups but the last: behind it there is no memory that a last vector may reach into.
        let most = source.prefix(upTo: source.range(of: "} else {")?.lowerBound ?? source.endIndex)
        let loop = most.split(separator: "\n").drop { !$0.contains("_o_o < ") }.dropFirst().prefix { !$0.contains("}") }
        #expect(loop.count >= 4 && !loop.contains { $0.contains("_lanes") }, "\(source)")
    }
}
