import Foundation
import KernelIR
import SIMT
import Synchronization
import Testing
import Workers

@testable import Studies

/// Spoiled PTX texts, and what is done with those that bring a process down.
@Suite struct FuzzStudyTests {
    private let texts = FuzzTexts(seed: 5, corpus: FuzzCorpus())

    @Test func theCorpusRuns() throws {
        let trial = try FuzzTrial()
        for (number, text) in FuzzKernels.all.enumerated() {
            let module = try PTXModule(parsing: text)
            let name = try #require(module.kernels.first).name
            let refusal = SIMTProgram(module).refusal(of: name)
            #expect(refusal == nil, "\(name): \(refusal.map { "\($0)" } ?? "")")
            let tally = trial.run(text, number: 4 * number + 1)
            #expect(tally.completed == 1 && tally.problems.isEmpty, "\(name): \(tally)")
        }
    }

    @Test func randomKernelsAreUnderstood() {
        var parsed = 0
        for seed in UInt64(0)..<40 {
            var kernel = RandomKernel(seed: seed)
            if (try? PTXModule(parsing: kernel.text())) != nil { parsed += 1 }
        }
        #expect(parsed == 40)
    }

    @Test(arguments: 0..<3) func nothingHappensThatMustNot(part: Int) throws {
        let trial = try FuzzTrial()
        var tally = FuzzTally()
        for number in 100 * part..<100 * (part + 1) { tally += trial.run(texts.text(number), number: number) }
        #expect(tally.problems.isEmpty, "\(tally.problems)")
        #expect(tally.texts == 100 && tally.parsed > 20 && tally.completed > 2, "\(tally)")
        #expect(tally.refused.count >= 2 && tally.faults.count >= 2, "\(tally)")
    }

    @Test func textsRepeatFromTheirNumbers() {
        let again = FuzzTexts(seed: 5, corpus: FuzzCorpus())
        #expect((0..<50).allSatisfy { texts.text($0) == again.text($0) })
        let other = FuzzTexts(seed: 6, corpus: FuzzCorpus())
        #expect((0..<50).contains { texts.text($0) != other.text($0) })
    }

    @Test func aStrayWriteIsSeen() throws {
        let buffer = try GuardedBuffer(byteCount: 48)
        buffer.fill()
        #expect(buffer.isIntact)
        let base = try #require(buffer.bytes.baseAddress)
        #expect(UInt(bitPattern: base + 48) % 4096 == 0)
        (base - 1).storeBytes(of: 0, as: UInt8.self)
        #expect(!buffer.isIntact)
    }

    @Test func theCorpusComesBackFromItsFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("corpus-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let corpus = FuzzCorpus(further: (0..<12).map { "text \($0)" })
        try corpus.write(to: folder)
        #expect(try FuzzCorpus(folder: folder) == corpus)
        #expect(throws: KernelwrightError.self) { try FuzzCorpus(folder: folder.appendingPathComponent("none")) }
    }

    @Test func requestsAreAnswered() throws {
        let child = try FuzzChild(texts)
        let request = FuzzRequest(first: 0, count: 3)
        let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let answer = try JSONDecoder().decode(FuzzTally.self, from: Data(try child.answer(line).utf8))
        #expect(answer.texts == 3)
        #expect(throws: KernelwrightError.self) { try child.answer("nothing") }
    }

    // MARK: Processes that die

    @Test func textsShrinkToWhatShowsTheFault() async {
        let lines = (0..<100).map { "line \($0)" }
        let small = await TextMinimizer(attempts: 400).minimized(lines.joined(separator: "\n")) { text in
            text.contains("line 17\n") && text.contains("line 80")
        }
        #expect(small == "line 17\nline 80")
        let none = await TextMinimizer(attempts: 5).minimized("a\nb") { _ in false }
        #expect(none == "a\nb")
    }

    private final class Saved: Sendable {
        let texts = Mutex<[String: String]>([:])
    }

    /// What a process says of one text that does no harm.
    private static let harmless: String = {
        var tally = FuzzTally()
        tally.texts = 1
        return (try? JSONEncoder().encode(tally)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }()

    /// Processes that do what the script does with each `$line`.
    private func setting(_ script: String, _ saved: Saved = Saved()) -> FuzzStudy.Setting {
        let loop = "while read -r line; do \(script); done"
        return FuzzStudy.Setting(
            start: { () throws(KernelwrightError) in
                try LineProcess(
                    program: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", loop],
                    environment: ["PATH": "/usr/bin:/bin"], directory: URL(fileURLWithPath: "/"))
            },
            save: { (text, name) throws(KernelwrightError) in
                saved.texts.withLock { $0[name] = text }
                return name
            })
    }

    @Test func whatBringsAProcessDownIsTold() async throws {
        let script = "case \"$line\" in *fatal*) kill -SEGV $$;; *) echo '\(Self.harmless)';; esac"
        var lane = FuzzLane(texts, setting(script))
        let good = try await lane.run("mov.u32", number: 1)
        #expect(good.problems.isEmpty && good.texts == 1)
        let bad = try await lane.run("a\nfatal;\nb", number: 2)
        #expect(bad.problems.map(\.kind) == [.crash])
        #expect(bad.problems.first?.detail.contains("signal 11") == true && bad.problems.first?.number == 2)
        // The next text has a process of its own.
        let next = try await lane.run("mov.u32", number: 3)
        #expect(next.problems.isEmpty)
    }

    @Test func whatKeepsAProcessForEverIsTold() async throws {
        var silent = setting("read -r other")
        silent.textDeadline = .milliseconds(10)
        var lane = FuzzLane(texts, silent)
        let hung = try await lane.run("mov.u32", number: 4)
        #expect(hung.problems.map(\.kind) == [.hang])
    }

    @Test func reproducersAreSavedAndSmall() async throws {
        // The process dies over batches of two, over text 1, and over texts that have a version.
        let script = """
            case "$line" in
            *'"text"'*.version*|*'"count":2'*) kill -SEGV $$;;
            *'"text"'*) echo '\(Self.harmless)';;
            *'"first":1'*) kill -SEGV $$;;
            *) echo '\(Self.harmless)';;
            esac
            """
        let seed = try #require(
            (1..<60 as Range<UInt64>).first {
                FuzzTexts(seed: $0, corpus: FuzzCorpus()).text(1).contains(".version")
            })
        let texts = FuzzTexts(seed: seed, corpus: FuzzCorpus())
        let saved = Saved()
        var setting = setting(script, saved)
        setting.batch = 2
        let tally = try await FuzzStudy(texts, setting).run(while: { $0 == 0 }) { _ in }
        #expect(tally.texts == 2 && tally.problems.map(\.number) == [1])
        #expect(tally.problems.first?.reproducer == "problem-1-crash-small.ptx")
        let kept = saved.texts.withLock { $0 }
        #expect(kept["problem-1-crash.ptx"] == texts.text(1))
        let small = try #require(kept["problem-1-crash-small.ptx"])
        #expect(small.contains(".version") && small.split(separator: "\n").count == 1, "\(small)")
    }
}
