import Devices
import KernelIR
import Rendering
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite(
    "Oclgrind", .serialized,
    .enabled(
        if: InterpretingDriver.isOclgrindHere && OpenCLHost.isAvailable,
        "no Oclgrind (./kw setup oclgrind), or no bubblewrap"))
struct OclgrindTests {
    private func oclgrind(limit: Duration = .seconds(300)) throws -> Oclgrind {
        try Oclgrind(
            limits: try OpenCLDevice.named("opencl:0").limits,
            executable: WorkerConfiguration.executableBesideThis(), limit: limit)
    }

    private func opinion(on solution: Solution, of stage: Stage, limit: Duration = .seconds(300)) async throws
        -> SecondOpinion
    {
        let set = try await ReferenceInputs(stage.workload, seed: Seed(31)).draw(.checking)
        return try await oclgrind(limit: limit).examine(solution, on: set.buffers, operations: 1)
    }

    @Test("nothing is held against honest kernels")
    func honest() async throws {
        for stage in Stage.all where stage.workload.name != Stage.product.workload.name {
            for solution in [stage.solution] + HonestTwin.all(on: stage) {
                let found = try await opinion(on: solution, of: stage)
                #expect(found.findings.isEmpty, "\(solution.name) on \(stage): \(found.findings.first?.text ?? "")")
                #expect(found.unfinished == nil, "\(solution.name): \(found.unfinished ?? "")")
            }
        }
    }

    @Test("what it computes is right: it saw the inputs")
    func values() async throws {
        let set = try await ReferenceInputs(Stage.linear.workload, seed: Seed(32)).draw(.checking)
        _ = try await oclgrind().examine(Stage.linear.solution, on: set.buffers, operations: 1)
        #expect(OutputReport(set).isAcceptable)
    }

    @Test("a value that nobody wrote is told")
    func uninitialized() async throws {
        let solution = Stage.relu.solution(
            "unwritten", body: "y[i] = fmax(x[i], 0.0f) + as_float(t[i]);", scratch: 4000)
        #expect(try await opinion(on: solution, of: .relu).findings.first?.kind == .uninitialized)
    }

    @Test("work-items that do not meet at a barrier are told")
    func divergence() async throws {
        let solution = Stage.relu.solution(
            "divergent",
            body: "if (j < 5) barrier(CLK_LOCAL_MEM_FENCE); y[i] = fmax(x[i], 0.0f);")
        #expect(try await opinion(on: solution, of: .relu).findings.first?.kind == .divergence)
    }

    @Test("what takes too long is unfinished, not clean")
    func unfinished() async throws {
        let endless = Stage.relu.solution(
            "long", body: "for (volatile int n = 0; n < 1000000000; n++) {} y[i] = fmax(x[i], 0.0f);")
        #expect(try await opinion(on: endless, of: .relu, limit: .seconds(1)).unfinished != nil)
        let set = try await ReferenceInputs(Stage.relu.workload, seed: Seed(33)).draw(.checking)
        let large = try await oclgrind().examine(Stage.relu.solution, on: set.buffers, operations: 1 << 40)
        #expect(large.unfinished?.contains("too large") == true)
    }
}
