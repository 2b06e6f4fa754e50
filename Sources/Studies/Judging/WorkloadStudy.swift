import Evaluation
import KernelIR
import Rendering
import Workers
import Workloads

/// One workload of a study, ready to judge subjects: inputs drawn, originals run, the judge's session open.
struct WorkloadStudy {
    let workload: StudyWorkload
    let kernels: [BaseKernel]
    let sampler: MutantSampler
    let variants: LegalVariants
    private let battery: Battery
    private let run: BatteryRun
    private let session: JudgingSession
    /// The same with a race, in which every round of a certification has inputs of its own.
    private let certifying: JudgingSession
    /// Outcomes of the base kernels by number.
    private let originals: [Int: BatteryOutcome]
    private let time = MonotonicTime.system

    /// One of so many correct solutions is certified, which takes seconds.
    private static let certifiedShare = 32

    /// KernelBench's rules in the order of an outcome's fields.
    private static let rules = [KernelBenchRule.present, .first]

    /// - Throws: where the workload cannot take part, with the reason.
    init(
        _ workload: StudyWorkload, host: any CandidateHost, renderer: Renderer, provenance: Provenance, seed: UInt64
    ) async throws {
        self.workload = workload
        let host = SharedCompilation(host)
        let root = workload.root(seed)
        let battery = try Battery(workload.workload, seed: root.derived(for: "battery"))
        let limits = Limits(run: .seconds(5))
        let run = BatteryRun(battery: battery, host: host, limits: limits, rules: Self.rules)
        var setting = JudgingSession.Setting(
            workload: workload.workload, host: host,
            inputs: ReferenceInputs(workload.workload, seed: root.derived(for: "judge")), provenance: provenance,
            target: renderer.profile, limits: limits)
        certifying = try await JudgingSession(setting)
        setting.isTimed = false
        session = try await JudgingSession(setting)
        let drawn = try await BaseKernel.all(of: workload, target: renderer.profile, seed: workload.drawSeed(seed))
        var originals: [Int: BatteryOutcome] = [:]
        for kernel in drawn {
            guard
                let solution = try? renderer.render(
                    kernel.loops, workload: workload.workload.contentHash, author: "study")
            else { continue }
            let outcome = try await run.run(solution, keepsBytes: true)
            if outcome.death == nil { originals[kernel.number] = outcome }
        }
        kernels = drawn.filter { originals[$0.number] != nil }
        guard !kernels.isEmpty else {
            throw KernelwrightError(.badInput, "no kernel of \(workload.id) runs here")
        }
        sampler = MutantSampler(workload, kernels: kernels, renderer: renderer)
        variants = LegalVariants(workload, renderer: renderer)
        (self.battery, self.run, self.originals) = (battery, run, originals)
    }

    /// Runs a subject on the battery and before the judge.
    func outcome(of subject: Subject) async throws -> StudyOutcome {
        let began = time.now
        let original = subject.id.base.flatMap { originals[$0] }
        let found = try await run.run(subject.solution, original: original)
        let verdict = try await session.judge(subject.solution, effort: .quick)
        let truth = subject.faultClass.map { Self.truth(of: found, $0) }
        let isAsked = truth.map { $0 == .faulty } ?? subject.id.number.isMultiple(of: Self.certifiedShare)
        let certificate =
            verdict.isCorrect && isAsked ? try await certifying.certify(subject.solution).status : nil
        return StudyOutcome(
            id: subject.id, faultClass: subject.faultClass, place: subject.place,
            truth: truth, death: found.death,
            outside: distributions(outside: found), status: verdict.status, message: verdict.message,
            certificate: certificate,
            severity: verdict.severity,
            rejectedByKernelBench: found.death != nil || !found.accepted[0],
            rejectedByFirstKernelBench: found.death != nil || !found.accepted[1], seconds: (time.now - began).seconds)
    }

    private static func truth(of found: BatteryOutcome, _ faultClass: FaultClass) -> Truth {
        if found.death != nil { return .died }
        var truth = Truth.equivalent
        for draw in found.draws {
            switch draw {
            case .outside: return .faulty
            case .inside(let isCoarser) where isCoarser && faultClass == .precision: return .faulty
            case .inside: truth = .withinRounding
            case .equal, .skipped: break
            }
        }
        return truth
    }

    private func distributions(outside found: BatteryOutcome) -> [InputDistribution] {
        let left = zip(battery.draws, found.draws).filter { if case .outside = $0.1 { true } else { false } }
            .map(\.0.distribution)
        return InputDistribution.allCases.filter(left.contains)
    }
}

extension Verdict {
    /// The largest error in units of its bound, over all sets that were compared; nil without finite errors.
    fileprivate var severity: Double? {
        accuracy.compactMap { accuracy -> Double? in
            guard let bound = accuracy.tolerance, let normwise = accuracy.normwise,
                let elementwise = accuracy.elementwise
            else { return nil }
            return max(normwise / bound.normwise, elementwise / bound.elementwise)
        }.filter(\.isFinite).max()
    }
}
