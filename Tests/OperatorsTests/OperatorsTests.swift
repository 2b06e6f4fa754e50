import KernelIR
import Testing
import Workloads

@testable import Operators

@Suite("Level 1 lowered") struct LevelOneTests {
    static let numbers = Array(1...40) + [47, 48, 49, 51, 52, 53, 88]

    @Test(arguments: numbers)
    func verifies(number: Int) throws {
        let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
        let program = try lower(workload)
        try program.verify()
    }
}
