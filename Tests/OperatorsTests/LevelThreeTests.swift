import KernelIR
import Operators
import Testing
import Workloads

/// The suite's networks lower to sound programs at every size.
@Suite("KernelBench levels 2 and 3") struct LevelThreeTests {
    @Test(arguments: 1...50, [SizePreset.tiny, .cpu])
    func networksLower(number: Int, size: SizePreset) throws {
        try lower(Suite.kernelBench.workload(level: 3, number: number, size: size)).verify()
    }

    @Test(arguments: 1...100)
    func fusedOperatorsLower(number: Int) throws {
        try lower(Suite.kernelBench.workload(level: 2, number: number, size: .cpu)).verify()
    }
}
