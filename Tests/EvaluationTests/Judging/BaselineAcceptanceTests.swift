import Evaluation
import Foundation
import KernelIR
import Testing
import Workers
import Workloads

@Suite(
    "Baseline acceptance",
    .enabled(if: BaselineTestEnvironment.isInstalled, Comment(rawValue: BaselineTestEnvironment.missing)))
struct BaselineAcceptanceTests {
    /// One problem of each family: product, activation, softmax, norm, reduction, index.
    @Test("ONNX Runtime's own outputs pass the tolerance", arguments: Self.problems)
    func accepted(number: Int) async throws {
        let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
        let setting = JudgingSession.Setting(
            workload: workload, host: FakeHost(behaviours: [:]), inputs: ReferenceInputs(workload, seed: Seed(17)),
            provenance: Provenance(device: "none", driver: "none", hostCPU: "none", sandboxed: false),
            target: .genericAVX512)
        let worker = BaselineWorker(.onnxruntime, threads: 2, in: BaselineTestEnvironment.python)
        let session = try await JudgingSession(setting, baselines: [worker.source(of: workload)])
        let fault = await session.baselineFault
        #expect(fault == nil)
        #expect(await session.baselineSeconds ?? 0 > 0)
        await session.close()
    }

    private static var problems: [Int] {
        let all = ProcessInfo.processInfo.environment["KERNELWRIGHT_ALL_PROBLEMS"] != nil
        return all ? Array(1...40) + [47, 48, 49, 51, 52, 53, 88] : [1, 26, 23, 36, 47, 51]
    }
}
