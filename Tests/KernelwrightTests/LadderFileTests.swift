import KernelIR
import Policies
import Rendering
import Studies
import Testing
import Workloads

@testable import kernelwright

/// The products of the ladder are users' files too.
@Suite struct LadderFileTests {
    @Test func theFilesHoldTheLaunchesOfTheCode() throws {
        let workload = try WorkloadReference("kernelbench/1/1").load(size: .cpu)
        let ladder = SgemmLadder()
        for kernel in ladder.kernels {
            let file = AnnotatedKernel(source: try kernel.source(), path: kernel.file)
            let own = try file.solution(for: workload, profile: .genericAVX512)
            let made = try ladder.solution(of: kernel, extent: workload.inputs[0].shape[0])
            #expect(own.launches == made.launches, "\(kernel.name)")
            #expect(own.target.language == .cuda)
        }
    }
}
