import KernelIR
import Scheduling
import Testing

@testable import Policies

@Suite struct LoopFeaturesTests {
    private func features(_ program: TensorProgram, _ parameters: ProgramCPU = ProgramCPU()) throws -> LoopFeatures {
        let schedule = try parameters.schedule(program, target: .genericAVX512)
        let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
        return LoopFeatures(state.lowered(), target: .genericAVX512)
    }

    @Test func unscheduledLoopsAreCountedOneByOne() {
        let program = PolicyPrograms.rows(4, 300)
        let loops = ScheduleState(program, target: .genericAVX512).lowered()
        let features = LoopFeatures(loops, target: .genericAVX512)
        // Four bytes of every element, and the four results.
        #expect(features.accessedBytes == Double(4 * 300 * 4 + 4 * 4))
        #expect(features.memoryBytes == Double(4 * 300 * 4 + 4 * 4))
        #expect(features.gathers == 0)
        #expect(features.kernels == 1)
    }

    @Test func vectorsSaveOperations() throws {
        let program = PolicyPrograms.map(4096)
        let scalar = LoopFeatures(
            ScheduleState(program, target: .genericAVX512).lowered(), target: .genericAVX512)
        let vectors = try features(program)
        #expect(vectors.operations * 12 < scalar.operations)
        #expect(vectors.memoryBytes == scalar.memoryBytes)
    }

    @Test func largerTilesAccessLess() throws {
        let program = PolicyPrograms.product(96, 128, 256)
        var small = ProgramCPU()
        small.gemm.tile = RegisterTile(rows: 4, vectors: 1)
        var large = ProgramCPU()
        large.gemm.tile = RegisterTile(rows: 6, vectors: 4)
        let (few, many) = (try features(program, small), try features(program, large))
        #expect(many.registers > few.registers)
        #expect(many.accessedBytes < few.accessedBytes)
    }

    @Test(arguments: [(2, 1.0), (3, 4.0 / 3), (1, 2.0)])
    func indivisibleWorkIsUnbalanced(groups: Int, imbalance: Double) {
        let store = Statement.store([Store("y", [.axis("g")], .load("x", [.axis("g")]))])
        let program = LoopProgram(
            name: "copy",
            buffers: [Buffer("x", shape: [groups], role: .input), Buffer("y", shape: [groups], role: .output)],
            kernels: [Kernel(name: "copy", grid: [Axis("g", groups)], body: [store])])
        let features = LoopFeatures(program, target: .genericAVX512)
        #expect(abs(features.imbalance - imbalance) < 1e-12)
    }

    /// Of blocks that come one after the other, or one instead of the other, only the hungriest counts; what is around
    /// it lives beside it.
    @Test func onlyRegistersInScopeTogetherCount() {
        func block(_ names: [String], _ inner: [Statement] = []) -> [Statement] {
            let buffers = names.map { LocalBuffer($0, .float32, shape: [16], space: .register, isVector: true) }
            return buffers.map { Statement.allocate($0) } + inner
        }
        func loop(_ start: Int, _ body: [Statement]) -> Statement {
            .loop(axis: "i", start: start, end: start + 1, kind: .serial, body: body)
        }
        let isFull = [Bound(.axis("g"), below: 3)]
        let body = block(
            ["around"],
            [
                loop(0, block(["a", "b"])), loop(1, block(["c", "d", "e"])),
                .when(isFull, then: block(["f", "h"]), otherwise: block(["j", "k"])),
            ])
        let program = LoopProgram(
            name: "blocks", buffers: [Buffer("y", shape: [4], role: .output)],
            kernels: [Kernel(name: "blocks", grid: [Axis("g", 4)], body: body)])
        #expect(LoopFeatures(program, target: .genericAVX512).registers == 4)
    }

    @Test func everyFeatureHasAPrior() throws {
        let vector = try features(PolicyPrograms.softmax(3, 300)).vector(registers: 32)
        #expect(vector.count == LoopFeatures.priors.count)
        #expect(vector.filter { !$0.isFinite }.isEmpty)
    }
}
