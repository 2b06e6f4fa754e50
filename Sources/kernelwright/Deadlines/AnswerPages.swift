import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering

/// Writes the pages of a run's answers: the kernel, and its certificate where it has one.
struct AnswerPages: Sendable {
    private let settings: RunSettings
    private let folder: RunFolder
    /// Write what the policy proposes, and the first choice, which is the built-in author's.
    private let builders: (policy: CandidateBuilder, first: CandidateBuilder)
    private let conditions: VerdictRecord.Conditions

    /// - Parameter policy: the name of the author.
    init(laboratory: Laboratory, settings: RunSettings, policy: String, folder: RunFolder) {
        func builder(_ author: String) -> CandidateBuilder {
            CandidateBuilder(
                program: laboratory.program, workloadHash: settings.workloadHash, author: author,
                renderer: .of(laboratory.device))
        }
        self.settings = settings
        self.folder = folder
        builders = (builder(policy), builder(PolicyName.greedy.rawValue))
        conditions = laboratory.conditions(named: settings.workload)
    }

    /// The page of an answer; nil where its kernel cannot be written.
    func page(_ answer: BestSoFar.Answer) -> AnswerSheet.Page? {
        switch answer {
        case .certified(let turn, let verdict):
            guard var page = page(answer, turn.proposal, builders.policy) else { return nil }
            let certificate = VerdictRecord(verdict, of: page.solution, under: conditions)
            page.files.append(.init(url: folder.certificate, data: certificate.file))
            return page
        case .uncertified(let turn): return page(answer, turn.proposal, builders.policy)
        case .unjudged(let proposal): return page(answer, proposal, builders.first)
        }
    }

    /// Writes a file of the folder whole or not at all.
    func write(_ file: AnswerSheet.File) throws { try folder.write(file.data, to: file.url) }

    /// Writes a file of an answer that an earlier session may have left: what stands there stays.
    func writeMissing(_ file: AnswerSheet.File) throws {
        if !FileManager.default.fileExists(atPath: file.url.path) { try write(file) }
    }

    private func page(
        _ answer: BestSoFar.Answer, _ proposal: Proposal, _ builder: CandidateBuilder
    ) -> AnswerSheet.Page? {
        guard let solution = try? builder.build(proposal).get(), let json = try? JSONText.data(solution) else {
            return nil
        }
        let sources = solution.sources.map { source in
            AnswerSheet.File(url: folder.url.appendingPathComponent(source.path), data: Data(source.content.utf8))
        }
        let file = AnswerSheet.File(url: folder.url.appendingPathComponent("solution.json"), data: json)
        return AnswerSheet.Page(
            summary: OptimizeSummary(answer, of: settings, folder: folder.url), solution: solution,
            files: [file] + sources)
    }
}
