import Foundation
import KernelIR
import Refinement

/// What the process that tries the texts is asked, one line of JSON each.
struct FuzzRequest: Sendable, Codable {
    /// The numbers to try, `count` of them.
    var first: Int
    var count = 1
    /// In place of the text with that number.
    var text: String?
}

/// The process that tries the texts: what brings it down is found by its parent.
public struct FuzzChild {
    private let texts: FuzzTexts
    private let trial: FuzzTrial

    /// - Throws: `missingComponent` when memory runs out.
    public init(_ texts: FuzzTexts) throws(KernelwrightError) {
        self.texts = texts
        trial = try FuzzTrial()
    }

    /// Answers one request.
    ///
    /// - Throws: `badInput` for a line that is no request.
    public func answer(_ line: String) throws(KernelwrightError) -> String {
        do {
            let request = try JSONDecoder().decode(FuzzRequest.self, from: Data(line.utf8))
            var tally = FuzzTally()
            for number in request.first..<request.first + max(request.count, 0) {
                tally += trial.run(request.text ?? texts.text(number), number: number)
            }
            return try JSONText.encode(tally)
        } catch {
            throw KernelwrightError(.badInput, "'\(line.prefix(80))' is no request", cause: "\(error)")
        }
    }
}
