import Evaluation
import Foundation
import KernelIR
import Refinement
import Rendering

extension RunFolder {
    /// Writes a winner with what a reader needs to repeat it. What ONNX cannot express has no `reproduce.py`, which the
    /// console says; its kernel is as good as any.
    func write(_ reproduction: Reproduction, _ console: Console) throws {
        do throws(KernelwrightError) {
            try reproduction.write(to: url)
        } catch {
            console.say("note: no reproduce.py: \(error.message)")
            try write(reproduction.solution)
        }
    }

    /// Writes `solution.json` and its sources.
    func write(_ solution: Solution) throws {
        try write(JSONText.data(solution), to: url.appendingPathComponent("solution.json"))
        for source in solution.sources {
            try write(Data(source.content.utf8), to: url.appendingPathComponent(source.path))
        }
    }
}
