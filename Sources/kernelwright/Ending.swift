import ArgumentParser
import Foundation
import KernelIR

/// Thrown when a run ended well and found nothing that is correct; its report is already written.
struct NoCorrectCandidate: Error {
    /// One line: what failed most.
    var message: String
}

/// How the process ends after an error: one line for people, and the exit code that scripts rely on.
struct Ending {
    private let text: String
    private let isHelp: Bool
    private let code: Int32

    init(_ error: any Error) {
        isHelp = Kernelwright.exitCode(for: error) == .success
        switch error {
        case let error as KernelwrightError:
            text = "kw: " + error.description.replacing("\n", with: " ")
            code = Self.code(error.code)
        case let error as NoCorrectCandidate:
            text = "kw: " + error.message
            code = 5
        default:
            let isUsage = Kernelwright.exitCode(for: error) == .validationFailure
            text = isHelp ? Kernelwright.fullMessage(for: error) : "kw: " + Self.oneLine(error)
            code = isHelp ? 0 : isUsage ? 2 : 1
        }
    }

    func exit() -> Never {
        if !text.isEmpty { (isHelp ? FileHandle.standardOutput : .standardError).write(Data((text + "\n").utf8)) }
        Foundation.exit(code)
    }

    private static func code(_ code: KernelwrightError.Code) -> Int32 {
        switch code {
        case .usage: 2
        case .badInput: 3
        case .missingComponent: 4
        case .internalInconsistency: 1
        }
    }

    /// The parser's message with its advice on one line.
    private static func oneLine(_ error: any Error) -> String {
        let message = Kernelwright.message(for: error)
        let lines = (message.isEmpty ? "\(error)" : message).split(separator: "\n")
        return lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ") + "; see kw --help"
    }
}
