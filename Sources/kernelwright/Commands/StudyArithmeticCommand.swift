import ArgumentParser
import Foundation
import KernelIR
import Studies

/// Compares the emulator's arithmetic with an exact one.
struct StudyArithmeticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arithmetic",
        abstract: "Is the arithmetic of the GPU emulator right to the last bit?",
        discussion: """
            Runs the emulator's operations on float16, bfloat16, tf32, float32 and float64 (sums, products, fused
            ones, quotients, roots, extremes, comparisons, conversions, approximations, products of matrices) and
            compares every result with exact whole-number arithmetic rounded once, or with the error that the PTX
            manual allows. Operations of one operand of 16 bits get all 65,536 patterns, the others random ones with
            special values, ties and cancellations among them.

            Examples:
              kw study arithmetic
              kw study arithmetic --only f16x2 --cases 1000000 --json
            """)

    @Option(help: "Random cases of every operation; variants such as .ftz and .sat share them.")
    var cases = 10_000_000
    @Option(help: "Only operations whose PTX name holds this text, e.g. fma or tf32.")
    var only: String?
    @Option(help: "Decides all random operands.")
    var seed: UInt64 = 1
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard cases > 0 else { throw ValidationError("--cases is \(cases); it must be 1 or more") }
    }

    func run() throws {
        let console = Console()
        console.say("seed \(seed), \(cases) random cases of every operation")
        let study = ArithmeticStudy(cases: cases, seed: seed, cores: ProcessInfo.processInfo.activeProcessorCount)
        let summary = study.run(only: only) { outcome in
            console.working(outcome.operation)
            if !outcome.isRight { console.say(Self.line(outcome)) }
        }
        console.clear()
        guard !summary.operations.isEmpty else {
            throw KernelwrightError(.badInput, "no operation holds '\(only ?? "")'", hint: "e.g. fma, cvt, f16x2, mma")
        }
        if json { try console.json(summary) } else { console.result(Self.text(summary)) }
        guard let first = summary.wrong.first else { return }
        throw KernelwrightError(
            .internalInconsistency,
            "\(summary.wrong.count) of \(summary.operations.count) operations of the emulator are wrong",
            cause: Self.line(first))
    }

    private static func line(_ outcome: ArithmeticOutcome) -> String {
        if let refusal = outcome.refusal { return "\(outcome.operation) does not run: \(refusal)" }
        let cases = outcome.first.map { mismatch in
            "\(mismatch.operands.joined(separator: ", ")) gives \(mismatch.made), not \(mismatch.wanted)"
        }
        return "\(outcome.operation): \(outcome.mismatches) of \(outcome.cases) wrong; "
            + cases.joined(separator: "; ")
    }

    private static func text(_ summary: ArithmeticSummary) -> String {
        let rows = summary.operations.map { outcome -> [String] in
            [
                outcome.operation, (outcome.isExhaustive ? "all " : "") + "\(outcome.cases)", "\(outcome.mismatches)",
                outcome.worstUlps.map { String(format: "%.3g", $0) } ?? "",
                outcome.worstShare.map { String(format: "%.0f %%", 100 * $0) } ?? "", outcome.bound ?? "",
            ]
        }
        let table = TextTable(
            header: ["operation", "cases", "wrong", "worst ulp", "of the bound", "bound"], rows: rows,
            numeric: [1, 2, 3, 4])
        let total =
            "\(summary.operations.count) operations, \(summary.cases) cases, seed \(summary.seed): "
            + "\(summary.mismatches) wrong results in \(summary.wrong.count) operations"
        return ([table.text, total] + summary.wrong.map(line)).joined(separator: "\n")
    }
}
