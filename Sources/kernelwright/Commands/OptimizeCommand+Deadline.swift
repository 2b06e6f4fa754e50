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
    /// a baseline may take longer than there is.
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
            end = try await search(before: deadline, sheet, console)
        } catch {
            guard watch.claim() else { await Self.wait() }
            // What was found before the environment failed is still an answer.
            guard let summary = sheet.summary else { throw error }
            console.say("note: the search ended early: \(error)")
            if json { try console.json(summary) } else { console.result(summary.text) }
            return
        }
        guard watch.claim() else { await Self.wait() }
        try end()
    }

    /// Looks into the library, else searches; returns what gives the answer.
    private func search(
        before deadline: Deadline, _ sheet: AnswerSheet, _ console: Console
    ) async throws -> (() throws -> Void) {
        let installation = Installation()
        let loaded = judging.applied(to: try WorkloadReference(workload).load(size: judging.size))
        var quick = self
        if quick.judging.baseline == nil { quick.judging.baseline = BaselineList([]) }
        if !again, start == nil, let library = try libraryOptions.opened(in: installation) {
            for options in [judging, quick.judging] {
                let question = options.question(loaded, in: installation)
                // However short the search behind it was, it is certified.
                let extent = SearchExtent(turns: 0, budgetSeconds: 0, isComplete: false)
                if let answer = try Answer(question, searched: extent, in: library) {
                    return { try show(answer, console) }
                }
            }
        }
        let record = try await quick.run(
            loaded, before: deadline, library: libraryOptions.path(in: installation), installation, sheet, console)
        return { try conclude(record.contents, record.folder, console) }
    }

    /// One search whose turns go to the sheet.
    private func run(
        _ loaded: Workload, before deadline: Deadline, library: String?, _ installation: Installation,
        _ sheet: AnswerSheet, _ console: Console
    ) async throws -> (contents: RecordContents, folder: RunFolder) {
        let laboratory = try Laboratory(loaded, options: judging, installation: installation, console: console)
        let solution = try start.map { (path: String) throws(KernelwrightError) in
            try SolutionFile(path: path).read(for: loaded, profile: laboratory.device.profile)
        }
        let folder = try RunFolder(named: out, workload: workload)
        let author = try chatAuthor(laboratory, folder, console)
        let policy = try author?.policy ?? policy.requireBuiltIn()
        let settings = settings(
            loaded, start: solution, author: author?.description, at: laboratory.station,
            budget: min(budget.seconds, max(0, deadline.left.seconds / 2)))
        let pages = AnswerPages(laboratory: laboratory, settings: settings, policy: policy.name, folder: folder)
        let observation = Observation(
            workload: loaded, program: laboratory.program, target: laboratory.device.profile,
            precision: settings.precision)
        if let first = try? await GreedyPolicy().propose(observation) {
            try sheet.update({ $0.offer(first) }, page: pages.page, write: pages.write)
        }
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
            })
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
