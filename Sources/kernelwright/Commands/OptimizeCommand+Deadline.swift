import Devices
import Evaluation
import Foundation
import KernelIR
import Library
import Policies
import Refinement
import Rendering
import Workloads

extension OptimizeCommand {
    /// Answers within a time from the process's start.
    ///
    /// A certified record answers at once. Else a search runs as ever, half of the time for its turns and the rest for
    /// the certificate; when time is up, the best there is then is printed and the process ends with everything that
    /// it started: workers die with it, and nobody waits for them. Without `--baseline` nothing is compared: starting
    /// a baseline may take longer than there is. A run that the folder holds goes on.
    func answer(within limit: Budget) async throws {
        let time = MonotonicTime.system
        let deadline = Deadline(seconds: limit.seconds, age: ProcessAge.seconds(), time: time)
        let console = Console()
        let sheet = AnswerSheet(time: time)
        let watch = DeadlineWatch(deadline)
        watch.start(reserve: { sheet.reserve }) { [json] in
            console.clear()
            Self.give(sheet.summary, after: limit, json: json, console)
        }
        let end: () throws -> Void
        do {
            end = try await search(within: limit, before: deadline, sheet, console)
        } catch {
            guard watch.claim() else { await Self.wait() }
            // What was found before the environment failed is still an answer.
            guard let summary = sheet.summary else { throw error }
            console.say("note: the search ended early: \(error)")
            return try show(summary, console)
        }
        guard watch.claim() else { await Self.wait() }
        try end()
    }

    /// Looks into the library, else searches; returns what gives the answer.
    private func search(
        within limit: Budget, before deadline: Deadline, _ sheet: AnswerSheet, _ console: Console
    ) async throws -> (() throws -> Void) {
        let installation = Installation()
        let loaded = judging.applied(to: try WorkloadReference(workload).load(size: judging.size))
        var quick = self
        if quick.judging.baseline == nil { quick.judging.baseline = BaselineList([]) }
        if !again, start == nil, !isBegun, let library = try libraryOptions.opened(in: installation) {
            for options in [judging, quick.judging] {
                let question = options.question(loaded, in: installation)
                // However short the search behind it was, it is certified.
                let extent = SearchExtent(turns: 0, budgetSeconds: 0, isComplete: false)
                if let answer = try Answer(question, searched: extent, in: library) {
                    return { try show(answer, of: loaded, console) }
                }
            }
        }
        let record = try await quick.run(
            loaded, within: limit, before: deadline, library: libraryOptions.path(in: installation), installation,
            sheet, console)
        return {
            guard let summary = sheet.standIn(for: record.contents) else {
                return try conclude(record.contents, record.folder, console)
            }
            console.say("note: nothing was certified; this is the best that is not known to be wrong")
            try show(summary, console)
        }
    }

    /// The time for the search, as the settings of its run hold it: by the options alone, so that the same command goes
    /// on with the run. What is really left decides beside it.
    func searchSeconds(within limit: Budget) -> Double { min(span.seconds, limit.seconds / 2) }

    private func show(_ summary: OptimizeSummary, _ console: Console) throws {
        console.clear()
        if json { try console.json(summary) } else { console.result(summary.text) }
    }

    /// One search whose turns go to the sheet.
    ///
    /// A language model without a kernel to start from begins with the built-in author's first choice: that may be
    /// certified even if no answer is right.
    private func run(
        _ loaded: Workload, within limit: Budget, before deadline: Deadline, library: String?,
        _ installation: Installation, _ sheet: AnswerSheet, _ console: Console
    ) async throws -> (contents: RecordContents, folder: RunFolder) {
        let laboratory = try Laboratory(loaded, options: judging, installation: installation, console: console)
        let solution = try start.map { (path: String) throws(KernelwrightError) in
            try SolutionFile(path: path).read(for: loaded, profile: laboratory.device.profile)
        }
        let folder = try RunFolder(named: out, workload: workload)
        let first = await FirstChoice(laboratory)
        let opening = self.policy == .chat && solution == nil ? first?.opening(for: chat.answer) : nil
        let settings = try settings(
            loaded, start: (opening == nil ? solution : first?.solution)?.contentHash, at: laboratory.station,
            budget: searchSeconds(within: limit))
        let earlier = try folder.record(of: settings)
        let author = try chatAuthor(laboratory, folder, console)
        let policy = try author?.policy ?? policy.requireBuiltIn()
        let pages = AnswerPages(laboratory: laboratory, settings: settings, policy: policy.name, folder: folder)
        try sheet.update(
            { best in
                if let proposal = opening ?? first?.proposal { best.offer(proposal) }
                if let earlier { best.resume(earlier) }
            }, page: pages.page, write: earlier == nil ? pages.write : pages.writeMissing)
        let interruption = Interruption()
        let signal = InterruptSignal(
            interruption, console: console, answer: "stopping after this turn, then certifying the best so far")
        defer { withExtendedLifetime(signal) {} }
        let monitor = RunMonitor(console: console, settings: settings)
        let search = Search(
            laboratory: laboratory, settings: settings, start: solution, folder: folder, library: library,
            isWarmStarted: true, console: console, interruption: interruption,
            report: { event in
                monitor.show(event)
                do {
                    try sheet.update({ $0.note(event) }, page: pages.page, write: pages.write)
                } catch {
                    console.say("note: an answer could not be written: \(error)")
                }
            }, opening: opening, authorOptions: authorOptions, turnsEnd: { deadline.halfway })
        return (try await search.run(policy), folder)
    }

    /// Prints what there is and ends the process, without a look at what it started.
    private static func give(
        _ summary: OptimizeSummary?, after limit: Budget, json: Bool, _ console: Console
    ) -> Never {
        guard let summary else {
            console.say("kw: nothing correct was found within \(limit)")
            _exit(5)
        }
        if json { try? console.json(summary) } else { console.result(summary.text) }
        _exit(0)
    }

    /// Waits for the end of the process, which the watch brings about.
    private static func wait() async -> Never {
        while true { try? await Task.sleep(for: .seconds(3600)) }
    }
}
