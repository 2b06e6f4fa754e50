import KernelIR
import Workers

/// One baseline on its way through the input sets of an examination; started on the first.
struct BaselineBench {
    private let source: BaselineSource
    private let limits: Limits
    private var running: (any Baseline)?
    /// What it says to every further set, once it failed for good.
    private var failure: BaselineReport?

    init(_ source: BaselineSource, limits: Limits) {
        self.source = source
        self.limits = limits
    }

    /// Judges its outputs on an input set like a session does before it forms a ratio.
    mutating func judge(on set: InputSet) async throws(KernelwrightError) -> BaselineReport {
        if let failure { return failure }
        guard let baseline = await start(on: set) else {
            return failure ?? BaselineReport(name: source.name, status: .unable)
        }
        do throws(Rejection) {
            let (accuracy, rejection) = try await baseline.judged(on: set, limits: limits)
            return BaselineReport(
                name: source.name, version: baseline.version, status: rejection == nil ? .agrees : .wrong,
                message: rejection?.message, accuracy: accuracy)
        } catch {
            let report = BaselineReport(
                name: source.name, version: baseline.version, status: .unable, message: error.message)
            failure = report
            stop()
            return report
        }
    }

    /// Ends its process.
    func stop() { running?.stop() }

    /// The running baseline, bound to the set; nil where there is none.
    private mutating func start(on set: InputSet) async -> (any Baseline)? {
        if let running {
            running.resume()
            guard let lost = await running.bind(set.buffers, deadline: limits.start) else { return running }
            fail(.unable, lost.message)
            return nil
        }
        do throws(KernelwrightError) {
            running = try await source.start(set.buffers)
            return running
        } catch {
            let text = [error.message, error.cause, error.hint.map { "get it with: \($0)" }]
            if error.code == .missingComponent {
                fail(.missing, text.compactMap { $0 }.joined(separator: "; "))
            } else {
                fail(.unable, text.prefix(2).compactMap { $0 }.joined(separator: ": "))
            }
            return nil
        }
    }

    private mutating func fail(_ status: BaselineReport.Status, _ message: String) {
        failure = BaselineReport(name: source.name, version: running?.version, status: status, message: message)
        running?.stop()
        running = nil
    }
}
