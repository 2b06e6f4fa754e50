import KernelIR
import Operators
import Reference
import Testing
import Workloads

/// The suite's own workloads against the oracle.
@Suite("KernelBench level 1") struct LevelOneTests {
    static let numbers = Array(1...100)
    /// Convolutions, scans and attention take the interpreter minutes at these sizes; `WindowTests` has small convolutions.
    static let interpreted = numbers.filter { !(54...87).contains($0) && ![50, 89, 90, 91, 92, 93, 97].contains($0) }

    @Test(arguments: interpreted)
    func agreesWithTheReference(number: Int) throws {
        let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
        let arguments = workload.arguments(seed: Seed(1))
        try expectReferenceValues(workload, arguments.mapValues(\.values), workload.name)
    }

    @Test(arguments: numbers, [SizePreset.cpu, .gpu])
    func publishedSizesLower(number: Int, size: SizePreset) throws {
        let program = try lower(Suite.kernelBench.workload(level: 1, number: number, size: size))
        try program.verify()
        // Windows slide along dimensions that cannot be merged.
        let slides = (41...46).contains(number) || number == 50 || (54...87).contains(number)
        let (outer, inner) = slides ? (6, 4) : (4, 2)
        #expect(program.stages.allSatisfy { $0.axes.count <= outer && $0.reduceAxes.count <= inner })
    }
}
