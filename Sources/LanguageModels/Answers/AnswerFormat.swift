import Policies

/// A way in which a model may answer: described once, parsed strictly.
public protocol AnswerFormat: Sendable {
    /// What the system message says about the form of an answer.
    var description: String { get }

    /// What the model is shown beside the workload, the device and the turns; nil for nothing.
    var material: String? { get }

    /// Reads an answer without its thinking.
    ///
    /// - Throws: `AnswerError` with what the model must do otherwise.
    func proposal(in answer: String) throws(AnswerError) -> (content: Proposal.Content, summary: String)
}

/// The ways to answer by name.
public enum AnswerMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// A kernel with its launch plan.
    case source
    /// Actions of a schedule, from which Kernelwright writes the kernel; fits small models.
    case schedule
}

/// The one fenced block of an answer, with the words around it.
struct AnswerBlock: Sendable, Hashable {
    let content: String
    /// What stands outside of the block, on one line.
    let summary: String

    /// - Parameter expected: what the block holds, for errors.
    init(_ answer: String, expected: String) throws(AnswerError) {
        let parts = FencedBlocks(answer)
        guard let block = parts.blocks.first else {
            let what = answer.isEmpty ? "the answer is empty" : "the answer holds no fenced code block"
            throw AnswerError("\(what); expected is one block between lines of three backticks with \(expected)")
        }
        guard parts.blocks.count == 1 else {
            throw AnswerError(
                "the answer holds \(parts.blocks.count) fenced code blocks; expected is exactly one, with \(expected)")
        }
        guard block.isClosed else {
            throw AnswerError("the code block is not closed by a line of three backticks; write all of it")
        }
        content = block.content
        summary = parts.outside.joined(separator: " ").oneLine
    }
}
