import KernelIR
import Policies
import Rendering
import Testing

@testable import LanguageModels

@Suite struct SourceFormatTests {
    private func format(_ language: Solution.Target.Language = .opencl) -> SourceFormat {
        SourceFormat(Sample.workload, profile: .genericAVX512, language: language, author: "chat")
    }

    private func message(_ answer: String) -> String? {
        let error = #expect(throws: AnswerError.self) { try format().proposal(in: answer) }
        return error?.message
    }

    @Test func readsASourceWithItsPlan() throws {
        let (content, summary) = try format().proposal(in: Sample.answer("plain"))
        #expect(content == .source(Sample.solution(Sample.source("plain"))))
        #expect(summary == "I write plain.")
    }

    @Test func thePlanOfCUDAIsTheSame() throws {
        let answer = "```cuda\n// kw: launch k grid=1 block=64 shared=256\nextern \"C\" __global__ void k() {}\n```"
        guard case .source(let solution) = try format(.cuda).proposal(in: answer).content else {
            return #expect(Bool(false))
        }
        #expect(solution.target.language == .cuda)
        #expect(solution.sources.map(\.path) == ["kernel.cu"])
        #expect(solution.launches.map(\.sharedBytes) == [256])
    }

    @Test func saysWhatIsMissing() {
        #expect(message("")?.contains("the answer is empty") == true)
        #expect(message("I cannot do that.")?.contains("no fenced code block") == true)
        #expect(message("```c\nx\n```\n```c\ny\n```")?.contains("2 fenced code blocks") == true)
        #expect(message("```c\n// kw: launch k grid=1")?.contains("not closed") == true)
        #expect(message("```c\nvoid k() {}\n```")?.contains("no launch is given; write '// kw: launch NAME") == true)
    }

    @Test func namesTheLineOfAMistakeAndTheLegalChoices() {
        let unknown = message("```c\n\n// kw: launch k grid=1 args=x,z\n```")
        #expect(unknown?.contains("kernel.cl:2: unknown argument 'z'") == true)
        #expect(unknown?.contains("tensors: x y") == true)
        #expect(
            message("```c\n// kw: launch k grid=0\n```")?.contains("'0' is not one to three positive sizes") == true)
    }

    /// The example that models are shown is itself a legal answer.
    @Test(arguments: [Solution.Target.Language.opencl, .cuda])
    func theExampleIsLegal(language: Solution.Target.Language) throws {
        let words = LanguageWords(language)
        let (content, summary) = try format(language).proposal(in: words.example)
        guard case .source(let solution) = content else { return #expect(Bool(false)) }
        #expect(
            solution.launches == [
                .init(kernel: "twice", grid: [16], block: [256], arguments: [.input("x"), .output("y")])
            ])
        #expect(summary.hasSuffix("one for each \(words.item)."))
        #expect(format(language).description.contains(words.example))
    }
}
