import Foundation
import KernelIR
import Refinement
import Synchronization
import Workers

/// Spoiled and random PTX against the parser and the emulator, in processes of their own.
///
/// A text may be refused, run, or end in a fault that the emulator tells. It may not bring the process down, keep it
/// for ever, or reach memory of the host.
public struct FuzzStudy: Sendable {
    /// What a study needs to know of its surroundings.
    public struct Setting: Sendable {
        /// Starts a process that answers as `FuzzChild` does.
        public var start: @Sendable () throws(KernelwrightError) -> LineProcess
        /// Keeps a text under a name and tells where.
        public var save: @Sendable (_ text: String, _ name: String) throws(KernelwrightError) -> String
        /// Processes at a time.
        public var lanes = 1
        /// Texts of one request.
        public var batch = 200
        /// The time that one text may take, and one batch.
        public var textDeadline = Duration.seconds(20)
        public var batchDeadline = Duration.seconds(120)
        /// Problems for which a smaller text is looked for, and attempts for each.
        public var minimizedProblems = 10
        public var attempts = 300

        public init(
            start: @escaping @Sendable () throws(KernelwrightError) -> LineProcess,
            save: @escaping @Sendable (_ text: String, _ name: String) throws(KernelwrightError) -> String
        ) {
            (self.start, self.save) = (start, save)
        }
    }

    private let texts: FuzzTexts
    private let setting: Setting

    public init(_ texts: FuzzTexts, _ setting: Setting) {
        (self.texts, self.setting) = (texts, setting)
    }

    /// Tries texts in order of their numbers until told to stop, whole batches at a time.
    ///
    /// - Parameters:
    ///   - goesOn: whether batch number n shall begin.
    ///   - note: sees what became of each batch.
    /// - Throws: `missingComponent` where no process can be started, `badInput` where nothing can be saved.
    public func run(
        while goesOn: @escaping @Sendable (_ batch: Int) -> Bool, _ note: @escaping @Sendable (FuzzTally) -> Void
    ) async throws(KernelwrightError) -> FuzzTally {
        let progress = FuzzProgress()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(setting.lanes, 1) {
                group.addTask {
                    var lane = FuzzLane(texts, setting)
                    while let batch = progress.next(), goesOn(batch) {
                        do throws(KernelwrightError) {
                            let tally = try await lane.run(batch)
                            progress.add(tally, of: batch)
                            note(tally)
                        } catch {
                            progress.stop(error)
                        }
                    }
                }
            }
        }
        return try await reproduced(progress.whole())
    }

    /// Saves the texts of problems, as small as they can be made.
    private func reproduced(_ tally: FuzzTally) async throws(KernelwrightError) -> FuzzTally {
        var tally = tally
        for index in tally.problems.indices {
            let problem = tally.problems[index]
            let text = texts.text(problem.number)
            let name = "problem-\(problem.number)"
            var saved = try setting.save(text, "\(name)-\(problem.kind.rawValue).ptx")
            if index < setting.minimizedProblems {
                let minimizer = TextMinimizer(attempts: setting.attempts)
                let small = try await minimized(text, problem, minimizer)
                saved = try setting.save(small, "\(name)-\(problem.kind.rawValue)-small.ptx")
            }
            tally.problems[index].reproducer = saved
        }
        return tally
    }

    private func minimized(
        _ text: String, _ problem: FuzzTally.Problem, _ minimizer: TextMinimizer
    ) async throws(KernelwrightError) -> String {
        var lane = FuzzLane(texts, setting)
        var failure: KernelwrightError?
        let small = await minimizer.minimized(text) { candidate in
            guard failure == nil else { return false }
            do throws(KernelwrightError) {
                let tally = try await lane.run(candidate, number: problem.number)
                return tally.problems.contains { $0.kind == problem.kind }
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return small
    }
}

/// Which batches were begun, and what became of them.
private final class FuzzProgress: Sendable {
    private struct State {
        var next = 0
        var tallies: [Int: FuzzTally] = [:]
        var failure: KernelwrightError?
    }

    private let state = Mutex(State())

    /// The number of the batch to begin; nil when something went wrong.
    func next() -> Int? {
        state.withLock { state in
            guard state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func add(_ tally: FuzzTally, of batch: Int) { state.withLock { $0.tallies[batch] = tally } }

    func stop(_ error: KernelwrightError) { state.withLock { $0.failure = $0.failure ?? error } }

    /// All tallies in the order of their batches.
    func whole() throws(KernelwrightError) -> FuzzTally {
        let ended = state.withLock { $0 }
        if let failure = ended.failure { throw failure }
        var whole = FuzzTally()
        for batch in ended.tallies.keys.sorted() { if let tally = ended.tallies[batch] { whole += tally } }
        return whole
    }
}

/// One process after the other that tries texts.
struct FuzzLane {
    private let texts: FuzzTexts
    private let setting: FuzzStudy.Setting
    private var child: LineProcess?

    init(_ texts: FuzzTexts, _ setting: FuzzStudy.Setting) {
        (self.texts, self.setting) = (texts, setting)
    }

    /// Tries a batch of texts; where the process dies over it, each of them by itself.
    mutating func run(_ batch: Int) async throws(KernelwrightError) -> FuzzTally {
        let first = batch * setting.batch
        let together = FuzzRequest(first: first, count: setting.batch)
        if case .success(let tally) = try await ask(together, setting.batchDeadline) { return tally }
        var whole = FuzzTally()
        for number in first..<first + setting.batch { whole += try await run(nil, number: number) }
        if whole.problems.isEmpty {
            // Alone they all behave; the last one stands for the batch.
            let detail = "texts \(first) to \(first + setting.batch - 1) end the process together only"
            whole.problems.append(FuzzTally.Problem(.crash, first + setting.batch - 1, detail))
        }
        return whole
    }

    /// Tries one text, or the one with that number.
    mutating func run(_ text: String?, number: Int) async throws(KernelwrightError) -> FuzzTally {
        switch try await ask(FuzzRequest(first: number, text: text), setting.textDeadline) {
        case .success(let tally): return tally
        case .failure(let failure):
            var tally = FuzzTally()
            tally.texts = 1
            tally.problems = [Self.problem(failure, number)]
            return tally
        }
    }

    private static func problem(_ failure: LineProcess.Failure, _ number: Int) -> FuzzTally.Problem {
        switch failure {
        case .timedOut(let seconds):
            return FuzzTally.Problem(.hang, number, "no answer within \(seconds) s")
        case .ended(let signal, let log):
            let lines = log.split(separator: "\n").map(String.init)
            let words = lines.first { $0.contains("Fatal error") } ?? lines.last ?? "no words"
            return FuzzTally.Problem(.crash, number, "signal \(signal): \(words)")
        }
    }

    /// One request; a process that died is replaced at the next.
    private mutating func ask(
        _ request: FuzzRequest, _ deadline: Duration
    ) async throws(KernelwrightError) -> Result<FuzzTally, LineProcess.Failure> {
        let process: LineProcess
        if let child { process = child } else { process = try setting.start() }
        child = process
        guard let line = try? JSONText.data(request) else {
            throw KernelwrightError(.internalInconsistency, "a request has no JSON form")
        }
        switch await process.request(line, deadline: deadline) {
        case .success(let answer):
            guard let tally = try? JSONDecoder().decode(FuzzTally.self, from: answer.line) else {
                throw KernelwrightError(
                    .internalInconsistency, "the process answers '\(String(decoding: answer.line, as: UTF8.self))'")
            }
            return .success(tally)
        case .failure(let failure):
            child = nil
            return .failure(failure)
        }
    }
}
