import KernelIR
import Policies
import Rendering
import Workloads

/// Answers with a whole source, whose comments hold the launch plan (`AnnotatedKernel`).
public struct SourceFormat: AnswerFormat {
    private let workload: Workload
    private let profile: TargetProfile
    private let words: LanguageWords
    private let author: String

    /// - Parameter author: the name that solutions carry.
    public init(
        _ workload: Workload, profile: TargetProfile, language: Solution.Target.Language, author: String
    ) {
        self.workload = workload
        self.profile = profile
        words = LanguageWords(language)
        self.author = author
    }

    public var material: String? { nil }

    public func proposal(in answer: String) throws(AnswerError) -> (content: Proposal.Content, summary: String) {
        let block = try AnswerBlock(answer, expected: "the whole source")
        do {
            var solution = try AnnotatedKernel(source: block.content, path: words.path).solution(
                for: workload, profile: profile)
            solution.author = author
            return (.source(solution), block.summary)
        } catch {
            throw AnswerError(error.message + (error.hint.map { "; \($0)" } ?? ""))
        }
    }

    public var description: String {
        """
        You write kernels in \(words.name).

        Answer with at most three sentences on what you change and why, then with exactly one fenced code block that \
        holds the whole source, never a part or a difference. Comment lines in it say how it is launched:

        // kw: launch NAME grid=X[,Y[,Z]] block=X[,Y[,Z]] [args=a,b,int32:4] [shared=BYTES] [phase=prepare]
        // kw: scratch NAME BYTES
        // kw: tune NAME=A[,B[,C]]

        - One launch line for each launch, in order. grid counts \(words.group)s, block the \(words.item)s of one; \
        both have the same number of dimensions, and are 1 where left out.
        - args names what is passed, in the order of the kernel's parameters: inputs, parameters, outputs, scratch, \
        or numbers as type:value. Left out, it is all inputs, then all parameters, then all outputs, in their order.
        - scratch is memory for one call, without contents when the call begins; name it before launches that use it.
        - phase=prepare marks a launch that reads only parameters and writes only scratch.
        - tune leaves a whole number open, e.g. tune TILE=16,8,32: the source is compiled with -DTILE=16, your own \
        choice, and where that is right the other values are tried for you, one tunable at a time. grid, block and \
        shared may name it: a size is numbers and names with * and / between, quotients rounded up, e.g. grid=4096/TILE.
        - Tensors are contiguous, row-major, and never overlap. \(words.types)
        - \(words.kernels)
        - Not there: include files, inline assembly, variables at file scope that are not constant, pointers made \
        from numbers, code on the host, libraries.

        An example of the form, for an output y of 4096 elements that is twice the input x:

        \(words.example)
        """
    }
}
