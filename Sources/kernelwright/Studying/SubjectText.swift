import KernelIR
import Rendering
import Studies
import Workloads

/// One subject of a study for people: what a mutant changes, or a correct solution's source.
struct SubjectText {
    let text: String

    /// - Throws: `badInput` for an id that the study's settings do not lead to.
    init(_ id: SubjectID, size: SizePreset, seed: UInt64, target: TargetProfile) async throws {
        let workload = try StudyWorkload.all(size: size, only: [id.workload])[0]
        let renderer = Renderer.openCL(target)
        if id.base == nil {
            guard let subject = try await LegalVariants(workload, renderer: renderer).solution(id, seed: seed) else {
                throw Self.unknown(id)
            }
            text = subject.place + "\n\n" + subject.solution.sources.map(\.content).joined(separator: "\n")
            return
        }
        let kernels = try await BaseKernel.all(of: workload, target: target, seed: workload.drawSeed(seed))
        let sampler = MutantSampler(workload, kernels: kernels, renderer: renderer)
        guard let mutant = sampler.mutant(id), let original = sampler.original(of: id) else { throw Self.unknown(id) }
        text = mutant.place + "\n\n" + SourceDifference(original, mutant.solution).text
    }

    private static func unknown(_ id: SubjectID) -> KernelwrightError {
        KernelwrightError(
            .badInput, "no subject \(id) at this size and seed",
            hint: "copy an id from the judge.md of a study, and its seed")
    }
}
