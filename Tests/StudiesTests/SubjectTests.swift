import Evaluation
import KernelIR
import Rendering
import Scheduling
import Testing
import Workloads

@testable import Studies

@Suite struct SubjectTests {
    private let renderer = Renderer.openCL(.genericAVX512)

    private func sampler(_ workload: StudyWorkload) async throws -> MutantSampler {
        let kernels = try await BaseKernel.all(of: workload, target: .genericAVX512, seed: workload.drawSeed(1))
        #expect(kernels.count > 1)
        return MutantSampler(workload, kernels: kernels, renderer: renderer)
    }

    @Test func mutantsRepeatFromTheirSeedAndTheirIds() async throws {
        let workload = try Programs.workload("column-max-prime")
        let sampler = try await sampler(workload)
        let drawn = sampler.draw(20, seed: 5)
        #expect(drawn.map(\.id) == sampler.draw(20, seed: 5).map(\.id))
        #expect(drawn.map(\.id) != sampler.draw(20, seed: 6).map(\.id))
        #expect(Set(drawn.map(\.id)).count == 20 && Set(drawn.map(\.id.kind)).count > 8)
        for subject in drawn {
            let id = try SubjectID(subject.id.description)
            #expect(id == subject.id)
            #expect(sampler.mutant(id)?.solution == subject.solution)
            let original = try #require(sampler.original(of: id))
            let text = SourceDifference(original, subject.solution).text
            #expect(text.contains("- ") || text.contains("+ "), "\(subject.id)")
        }
    }

    @Test func correctSolutionsRepeatAndDiffer() async throws {
        let workload = try Programs.workload("softmax-prime")
        let variants = LegalVariants(workload, renderer: renderer)
        let drawn = try await variants.draw(12, seed: 3)
        #expect(drawn.count == 12 && Set(drawn.map(\.solution.sources)).count == 12)
        #expect(Set(drawn.map(\.id.kind)) == ["macros", "actions", "arithmetic"])
        let again = try #require(try await variants.solution(drawn[7].id, seed: 3))
        #expect(again.solution == drawn[7].solution)
    }

    @Test func drawnActionsKeepThePrecision() throws {
        let state = ScheduleState(try Programs.workload("softmax-prime").program, target: .genericAVX512)
        let narrows = { (action: Action) in if case .narrow = action { true } else { false } }
        #expect(state.legalActions().contains(where: narrows))
        var generator = SplitMix64(seed: 4)
        let drawn = (0..<400).compactMap { _ in ActionDraw.legal(in: state, using: &generator) }
        #expect(drawn.count == 400 && !drawn.contains(where: narrows))
    }

    @Test(arguments: ["a:b", "w:x:droppedTerm:1", "w:0:droppedTerm:n", ""]) func malformedIdsAreRefused(text: String) {
        #expect(throws: KernelwrightError.self) { try SubjectID(text) }
    }

    @Test func unknownWorkloadsAreRefused() {
        #expect(throws: KernelwrightError.self) { try StudyWorkload.all(size: .tiny, only: ["study/nothing"]) }
    }

    @Test func thereAreEnoughWorkloads() throws {
        let all = try StudyWorkload.all(size: .tiny)
        #expect(all.count >= 50 && Set(all.map(\.id)).count == all.count)
        for workload in all { try workload.workload.validate() }
    }
}
