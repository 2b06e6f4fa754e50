import Foundation
import Glibc
import KernelIR

/// One run of a program: no shell, an environment of its own, nothing to read, a deadline, output of a limited size.
struct ToolProcess {
    /// What the program said.
    struct Output: Sendable, Hashable {
        /// The exit code; nil where a signal ended the program.
        var exitCode: Int32?
        var text: String
        var errors: String
    }

    var program: URL
    var arguments: [String]
    var environment: [String: String]
    var deadline: Duration
    /// Bytes that either stream may have.
    var maximumBytes: Int

    /// Runs the program and waits for it, on this thread.
    ///
    /// - Throws: `missingComponent` where it cannot be started; `badInput` where it takes longer or says more than it
    ///   may, as with inputs of absurd size. The program and its children are gone then.
    func run() throws(KernelwrightError) -> Output {
        var child = try SpawnedTool(program, arguments, environment)
        defer { child.end() }
        let start = ContinuousClock.now
        var streams = [Data(), Data()]
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while child.isTalking {
            let left = start + deadline - ContinuousClock.now
            guard left > .zero else { throw late }
            for index in child.waitForOutput(atMost: left) {
                let count = child.read(index, into: &chunk)
                streams[index] += chunk[..<count]
                if streams[index].count > maximumBytes { throw talkative }
            }
        }
        while true {
            if let exitCode = child.exitCode() {
                let texts = streams.map { String(decoding: $0, as: UTF8.self) }
                return Output(exitCode: exitCode < 0 ? nil : exitCode, text: texts[0], errors: texts[1])
            }
            // A program that has closed its output ends within the millisecond, as a rule.
            guard ContinuousClock.now - start < deadline else { throw late }
            poll(nil, 0, 1)
        }
    }

    private var name: String { program.lastPathComponent }

    private var late: KernelwrightError {
        KernelwrightError(.badInput, "\(name) was not done after \(deadline), and was ended")
    }

    private var talkative: KernelwrightError {
        KernelwrightError(.badInput, "\(name) printed more than \(maximumBytes) bytes, and was ended")
    }
}
