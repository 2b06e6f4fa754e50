import KernelIR
import SIMT
import Testing

/// Targets that sources are written for without a device say what the models of the same GPUs say.
@Suite struct TargetAgreementTests {
    @Test(arguments: GPUModel.all)
    func sizesAreTheModels(_ model: GPUModel) throws {
        let name = "gpu-sm\(model.capability.architectureNumber)"
        let target = try #require(TargetProfile.gpus.first { $0.name == name })
        #expect(target.cores == model.sms)
        #expect(target.l1Bytes == model.residency.unifiedBytes && target.l3Bytes == model.memory.l2Bytes)
        #expect(target.localBytes == model.residency.sharedBytesPerBlock)
        #expect(target.maxGroupSize == model.residency.threadsPerBlock)
        #expect(target.vectorRegisters == model.residency.registersPerThread)
    }
}
