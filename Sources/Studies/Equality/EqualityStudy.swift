import Evaluation
import Rendering
import Workers

/// An A/A experiment: kernels certified against themselves, which shows how often the judge calls two equal things
/// different.
///
/// Every run is a certification as users get it: a session of its own, with a baseline in a process of its own.
public struct EqualityStudy: Sendable {
    /// A kernel with the setting it is judged under.
    public struct Subject: Sendable {
        public var workload: String
        public var solution: Solution
        public var setting: JudgingSession.Setting

        public init(workload: String, solution: Solution, setting: JudgingSession.Setting) {
            (self.workload, self.solution, self.setting) = (workload, solution, setting)
        }
    }

    public let subjects: [Subject]
    /// Certifications of every subject.
    public let runs: Int

    public init(_ subjects: [Subject], runs: Int) { (self.subjects, self.runs) = (subjects, runs) }

    /// Certifies the subjects in turn and hands over each outcome; those that `isKnown` are left out.
    ///
    /// - Throws: `KernelwrightError` for what the environment lacks.
    public func run(
        unless isKnown: (_ workload: String, _ run: Int) -> Bool = { _, _ in false },
        report: (EqualityOutcome) async throws -> Void
    ) async throws {
        for run in 1...max(runs, 1) {
            for subject in subjects where !isKnown(subject.workload, run) {
                try Task.checkCancellation()
                try await report(EqualityOutcome(certify(subject), workload: subject.workload, run: run))
            }
        }
    }

    private func certify(_ subject: Subject) async throws -> Verdict {
        let setting = subject.setting
        let itself = SolutionBaseline.source(subject.solution, on: setting.host, limits: setting.limits)
        let session = try await JudgingSession(setting, baselines: [itself])
        let verdict = try await session.certify(subject.solution)
        await session.close()
        return verdict
    }
}
