import Devices
import Evaluation
import Foundation
import Library
import Policies
import Refinement

/// The JSON object that `optimize --json` prints; design: command line.
struct OptimizeSummary: Encodable {
    struct Baseline: Encodable {
        var name: String
        var medianSeconds: Double
    }

    var workload: String
    var device: String
    var size: String?
    /// `declared`, `fp16` or `bf16`; results under different ones are not comparable.
    var precision: String
    /// `correct`, or why the best candidate is not; at a deadline also `uncertified` (correct in its turn), `unjudged`.
    var status: String
    /// What 16-bit storage did, in runs that allow it.
    var storage: StorageChoice?
    /// How many turns were judged.
    var turns: Int
    /// The path of `solution.json`; nil when nothing was correct.
    var solution: String?
    var folder: String
    var bottleneck: String?
    var predicted = false
    var baseline: Baseline?
    var medianSeconds: Double?
    var speedup: RatioInterval?
    /// Of a device whose times come from a model, in place of the measured ones.
    var predictedSeconds: Double?
    /// To the predicted time of the unscheduled program.
    var predictedRatio: Double?
    /// The fraction of the blocks whose results were checked, where an emulator ran a sample of them.
    var coverage: Double?
    /// The floor kernel's time over this one's.
    var floorFraction: Double?
    var rooflineFraction: Double?
    /// Seconds of search until the first correct turn.
    var firstCorrectSeconds: Double?
    /// Median seconds of a turn beside the kernel's and the baseline's own runs.
    var overheadSeconds: Double?
    /// The part of it that is Kernelwright's own.
    var ownSeconds: Double?
    var stopped: String?
    /// What a language model was asked, where one is the author.
    var tokens: TokenSummary?
    /// The library's record, where it gave the answer.
    var record: Origin?

    /// A record that stands for a run.
    struct Origin: Encodable {
        var library: String
        var number: Int64
        var recorded: String
        var certificate: String
        var policy: String
        var turns: Int
        /// In words.
        var text: String
    }

    /// An answer of the library: figures as certified then.
    init(_ answer: Answer, workload: String, folder: URL) {
        let (record, verdict) = (answer.record, answer.certificate.verdict)
        self.workload = workload
        device = record.question.device
        size = record.size
        precision = record.question.precision
        status = verdict.status.rawValue
        turns = 0
        self.folder = folder.path
        solution = folder.appendingPathComponent("solution.json").path
        self.record = Origin(
            library: answer.library, number: record.id ?? 0, recorded: record.recorded,
            certificate: record.certificate, policy: record.policy, turns: record.turns, text: answer.origin)
        show(verdict)
    }

    /// What a run that ends at a deadline has then, with how much of it was examined.
    init(_ answer: BestSoFar.Answer, of settings: RunSettings, folder: URL) {
        workload = settings.workload
        device = settings.device
        size = settings.size
        precision = PrecisionName(settings.precision).rawValue
        turns = 0
        self.folder = folder.path
        solution = folder.appendingPathComponent("solution.json").path
        stopped = Self.deadline
        switch answer {
        case .certified(_, let verdict):
            status = verdict.status.rawValue
            show(verdict)
        case .uncertified(let turn):
            status = Self.uncertified
            show(turn.verdict)
        case .unjudged: status = Self.unjudged
        }
    }

    private static let deadline = "deadline"
    private static let uncertified = "uncertified"
    private static let unjudged = "unjudged"

    init(_ record: RecordContents, folder: URL) {
        let settings = record.header.settings
        let certificate = record.end?.winner?.verdict
        workload = settings.workload
        device = settings.device
        size = settings.size
        precision = PrecisionName(settings.precision).rawValue
        status = (certificate?.status ?? record.commonFailure?.status ?? .invalidPlan).rawValue
        storage = StorageChoice(record)
        turns = record.turns.count
        self.folder = folder.path
        solution = certificate == nil ? nil : folder.appendingPathComponent("solution.json").path
        if let certificate { show(certificate) }
        firstCorrectSeconds = record.turns.first { $0.turn.verdict.isCorrect }?.elapsedSeconds
        let costs = record.turns.map(\.turn.verdict.costs)
        if !costs.isEmpty {
            overheadSeconds = median(costs.map(\.overheadSeconds))
            ownSeconds = median(costs.map { $0.ownSeconds + $0.proposalSeconds })
        }
        stopped = record.end?.reason.rawValue
        tokens = TokenSummary(record)
    }

    /// Takes over what a certificate says.
    private mutating func show(_ certificate: Verdict) {
        if let prediction = certificate.prediction {
            predicted = true
            bottleneck = prediction.bottleneck
            predictedSeconds = prediction.predictedSeconds
            predictedRatio = certificate.speedup?.ratio
            coverage = certificate.coverage
            return
        }
        bottleneck = certificate.profile?.bottleneck.rawValue
        if let name = certificate.timing?.baseline, let seconds = certificate.timing?.baselineMedianSeconds {
            baseline = Baseline(name: name, medianSeconds: seconds)
        }
        medianSeconds = certificate.medianSeconds
        speedup = certificate.speedup
        floorFraction = certificate.profile?.floorFraction
        rooflineFraction = certificate.profile?.rooflineFraction
    }

    /// The result as people read it.
    var text: String {
        if let predictedSeconds { return predictedText(predictedSeconds) }
        if status == Self.unjudged {
            return "\(workload) on \(device): unjudged, the macros' own first choice; solution in \(folder)"
        }
        if turns == 0, medianSeconds == nil { return "\(workload) on \(device): nothing was proposed; see \(folder)" }
        guard let medianSeconds else {
            return "\(workload) on \(device): nothing correct in \(turns) turns (most: \(status)); see \(folder)"
        }
        let ratio = baseline.flatMap { baseline in
            speedup.map {
                ", \(Units.interval($0)) against \(baseline.name) (\(Units.seconds(baseline.medianSeconds)))"
            }
        }
        let notes = [PrecisionName(rawValue: precision)?.note, storage?.text].compactMap { $0 }
        let axis = notes.map { $0 + "\n" }.joined()
        let floor = floorFraction.map { ", \(Units.percent($0)) of the floor" } ?? ""
        let first = "\(workload) on \(device): \(status), \(Units.seconds(medianSeconds))\(ratio ?? "")"
        let bound = "\(bottleneck ?? "unknown") bound\(floor)"
        if stopped == Self.deadline || status == Self.uncertified {
            let end = stopped == Self.deadline ? " until the deadline" : ""
            return "\(first)\n\(axis)\(turns) turns\(end); solution in \(folder)"
        }
        if let record { return "\(first)\n\(bound); \(record.text)\nsolution and certificate in \(folder)" }
        return """
            \(first)
            \(axis)\(turns) turns, \(bound); solution, report and reproduce.py in \(folder)
            """
    }

    private func predictedText(_ seconds: Double) -> String {
        let ratio =
            predictedRatio.map { ", \(Units.ratio($0)) against the predicted time of the unscheduled program" } ?? ""
        let part = coverage.map { $0 < 1 ? "; \(Units.percent($0)) of the blocks were checked" : "" } ?? ""
        let end = record.map(\.text) ?? "\(turns) turns"
        return """
            \(workload) on \(device): \(status), predicted \(Units.seconds(seconds))\(ratio)\(part)
            \(bottleneck ?? ""); \(end); files in \(folder)
            """
    }
}
