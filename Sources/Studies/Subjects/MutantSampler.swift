import Evaluation
import KernelIR
import Rendering
import Workloads

/// Draws mutants of one workload: every operator in turn, a place at random, no source twice.
public struct MutantSampler: Sendable {
    private let workload: StudyWorkload
    private let kernels: [BaseKernel]
    private let renderer: Renderer

    public init(_ workload: StudyWorkload, kernels: [BaseKernel], renderer: Renderer) {
        (self.workload, self.kernels, self.renderer) = (workload, kernels, renderer)
    }

    /// Up to `count` mutants; equal seeds give equal mutants. Complexity: every fault of every kernel is built once.
    public func draw(_ count: Int, seed: UInt64) -> [Subject] {
        var generator = SplitMix64(seed: seed)
        var seen = Set(kernels.compactMap { try? renderer.source($0.loops) })
        var waiting = MutationCatalog.all.map { mutator in
            (mutator: mutator, places: places(of: mutator).shuffled(using: &generator))
        }.shuffled(using: &generator)
        var drawn: [Subject] = []
        while drawn.count < count, waiting.contains(where: { !$0.places.isEmpty }) {
            for index in waiting.indices where drawn.count < count {
                while let (kernel, number, mutation) = waiting[index].places.popLast() {
                    guard
                        let subject = subject(waiting[index].mutator, kernel, number, mutation),
                        seen.insert(subject.solution.sources[0].content + "\(subject.solution.launches)").inserted
                    else { continue }
                    drawn.append(subject)
                    break
                }
            }
        }
        return drawn
    }

    /// The mutant of an id; nil if there is none.
    public func mutant(_ id: SubjectID) -> Subject? {
        guard let mutator = MutationCatalog.named(id.kind), let kernel = kernels.first(where: { $0.number == id.base })
        else { return nil }
        let found = kernel.loops.mutations(by: mutator)
        guard found.indices.contains(id.number) else { return nil }
        return subject(mutator, kernel, id.number, found[id.number])
    }

    /// The solution that a mutant was made of.
    public func original(of id: SubjectID) -> Solution? {
        kernels.first { $0.number == id.base }.flatMap { try? solution($0.loops) }
    }

    private typealias Place = (kernel: BaseKernel, number: Int, mutation: Mutation)

    private func places(of mutator: any MutationOperator) -> [Place] {
        kernels.flatMap { kernel in
            kernel.loops.mutations(by: mutator).enumerated().map { (kernel, $0.offset, $0.element) }
        }
    }

    /// Nil where the fault cannot be written in the language.
    private func subject(
        _ mutator: any MutationOperator, _ kernel: BaseKernel, _ number: Int, _ mutation: Mutation
    ) -> Subject? {
        guard let solution = try? solution(mutation.program) else { return nil }
        let id = SubjectID(workload: workload.id, base: kernel.number, kind: mutator.name, number: number)
        return Subject(id: id, faultClass: mutator.faultClass, place: mutation.place, solution: solution)
    }

    private func solution(_ loops: LoopProgram) throws -> Solution {
        try renderer.render(loops, workload: workload.workload.contentHash, author: "study")
    }
}
