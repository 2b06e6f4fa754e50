import ArgumentParser
import Devices
import Foundation
import KernelIR
import Refinement
import Studies
import Workers
import Workloads

/// Feeds spoiled PTX to the parser and the emulator.
struct StudyFuzzCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Does any PTX text bring the parser or the GPU emulator down?",
        discussion: """
            Truncates, shuffles, mutates and splices PTX texts, writes kernels of random instructions, and lets
            processes of their own read and run them, every launch twice, with buffers between pages that nobody may
            touch. A crash, a hang, a touched byte of the host or two different results is saved with the smallest
            text that still shows it. Text number n depends on the seed and the corpus alone. With ./kw setup cuda,
            compiled kernels belong to the corpus.

            The folder gets corpus/, fuzz.json and problem-….ptx.

            Examples:
              kw study fuzz --minutes 10
              kw study fuzz --texts 2000 --seed 7 --json
            """)

    @Option(help: "Minutes after which no further batch of texts begins.")
    var minutes = 10.0
    @Option(help: "Texts to try, in place of a time.")
    var texts: Int?
    @Option(help: "Decides all texts.")
    var seed: UInt64 = 1
    @Option(help: "The output folder (default: kernelwright-out/study-fuzz-SEED).")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false
    @Option(help: .hidden) var child: String?

    /// What a study found.
    struct Report: Encodable {
        var seed: UInt64
        var corpus: Int
        var tally: FuzzTally
    }

    func validate() throws {
        guard minutes > 0, minutes.isFinite else {
            throw ValidationError("--minutes is \(minutes); it must be above 0")
        }
        if let texts, texts < 1 { throw ValidationError("--texts is \(texts); it must be 1 or more") }
    }

    func run() async throws {
        if let child { return try Self.serve(URL(fileURLWithPath: child), seed) }
        let console = Console()
        let folder = try RunFolder(named: out ?? "kernelwright-out/study-fuzz-\(seed)", workload: "study")
        let corpus = FuzzCorpus(further: Self.compiled(console))
        let place = folder.url.appendingPathComponent("corpus")
        try corpus.write(to: place)
        console.say("seed \(seed), \(corpus.texts.count) texts to start from")
        let setting = self.setting(folder, place)
        let batches = texts.map { ($0 + setting.batch - 1) / setting.batch }
        let start = ContinuousClock.now
        let time = Duration.seconds(60 * minutes)
        let study = FuzzStudy(FuzzTexts(seed: seed, corpus: corpus), setting)
        let tally = try await study.run(
            while: { batch in batches.map { batch < $0 } ?? (ContinuousClock.now - start < time) }
        ) { tally in
            console.working("\(tally.texts) texts more, \(tally.parsed) of them parsed")
            for problem in tally.problems { console.say("\(problem.kind.rawValue) by text \(problem.number)") }
        }
        console.clear()
        let report = Report(seed: seed, corpus: corpus.texts.count, tally: tally)
        try folder.write(JSONText.data(report), to: folder.url.appendingPathComponent("fuzz.json"))
        if json { try console.json(report) } else { console.result(Self.text(report)) }
        guard let first = tally.problems.first else { return }
        throw KernelwrightError(
            .internalInconsistency, "\(tally.problems.count) texts are more than the emulator can bear",
            hint: first.reproducer, cause: first.detail)
    }

    // MARK: Parts

    /// Answers the requests on standard input until it ends.
    private static func serve(_ corpus: URL, _ seed: UInt64) throws {
        let child = try FuzzChild(FuzzTexts(seed: seed, corpus: FuzzCorpus(folder: corpus)))
        while let line = readLine() {
            FileHandle.standardOutput.write(Data((try child.answer(line) + "\n").utf8))
        }
    }

    /// PTX of the GPU macros' kernels, where NVIDIA's compiler is installed.
    private static func compiled(_ console: Console) -> [String] {
        guard let device = try? SimulatedDevice.named("sim:a6000", toolchain: Installation().cuda) else {
            console.say("no compiled kernels in the corpus: ./kw setup cuda installs the compiler")
            return []
        }
        let numbers = [1, 19, 23, 36, 40, 42, 47, 50, 89, 95]
        let workloads = try? StudyWorkload.all(size: .tiny, only: numbers.map { "kernelbench/1/\($0)" })
        return CompiledTexts.all(workloads ?? [], on: device)
    }

    private func setting(_ folder: RunFolder, _ corpus: URL) -> FuzzStudy.Setting {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let arguments = ["study", "fuzz", "--child", corpus.path, "--seed", "\(seed)"]
        var setting = FuzzStudy.Setting(
            start: { () throws(KernelwrightError) in
                try LineProcess(
                    program: URL(fileURLWithPath: own), arguments: arguments, environment: Self.environment,
                    directory: folder.url)
            },
            save: { (text, name) throws(KernelwrightError) in
                let file = folder.url.appendingPathComponent(name)
                try folder.write(Data(text.utf8), to: file)
                return file.path
            })
        setting.lanes = ProcessInfo.processInfo.activeProcessorCount
        return setting
    }

    /// What the run-time libraries need; freed memory of the child is overwritten, so that nobody reads it unnoticed.
    private static var environment: [String: String] {
        let kept = ["PATH", "LD_LIBRARY_PATH", "HOME"]
        let own = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
        return own.merging(["MALLOC_PERTURB_": "165", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
    }

    private static func text(_ report: Report) -> String {
        let tally = report.tally
        func list(_ counts: [String: Int]) -> String {
            let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        var lines = [
            "seed \(report.seed), \(report.corpus) texts to start from",
            "\(tally.texts) texts: \(tally.parsed) parsed; refused: \(list(tally.refused))",
            "kernels: \(tally.completed) completed, \(tally.unsupported) not emulated, "
                + "\(tally.unlaunched) not launched",
            "faults: \(list(tally.faults))", "findings: \(list(tally.findings))",
            "crashes, hangs, damage, differences: \(tally.problems.count)",
        ]
        lines += tally.problems.map { problem in
            "\(problem.kind.rawValue) by text \(problem.number): \(problem.detail); \(problem.reproducer ?? "")"
        }
        return lines.joined(separator: "\n")
    }
}
