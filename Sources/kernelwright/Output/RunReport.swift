import Devices
import Evaluation
import Foundation
import Policies
import Refinement
import Rendering
import Workloads

/// The report of one run in Markdown: the result, why it is fast, every turn, what it cost, where it comes from.
struct RunReport {
    let workload: Workload
    let record: RecordContents
    let ceilings: Ceilings
    let solution: Solution?

    private var settings: RunSettings { record.header.settings }
    private var certificate: Verdict? { record.end?.winner?.verdict }

    var markdown: String {
        let sections = [heading, precision, reason, schedule, turns, costs, provenance, repetition]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        var lines = ["# \(workload.name) on \(certificate?.provenance.device ?? settings.device)", ""]
        if let certificate, let prediction = certificate.prediction {
            lines += predicted(certificate, prediction)
        } else if let certificate, let seconds = certificate.medianSeconds {
            lines.append("**Correct, \(Units.seconds(seconds)) a call\(comparison(certificate)).**")
            lines.append("")
            lines.append(
                "Certified in fresh processes on inputs that no turn had seen: every output element lies within the "
                    + "tolerance of the fp64 oracle\(accuracy(certificate)).")
            if let message = certificate.message { lines += ["", "Note: \(message)."] }
        } else {
            lines.append("**Nothing was correct in \(record.turns.count) turns.**")
            if let failure = record.turns.last?.turn.verdict.message { lines += ["", "The last one: \(failure)"] }
        }
        return lines.joined(separator: "\n")
    }

    /// The result where a model stands for the device.
    private func predicted(_ certificate: Verdict, _ prediction: PlanPrediction) -> [String] {
        let text = PredictionText(
            prediction: prediction, timing: certificate.timing, coverage: certificate.coverage,
            sources: solution?.sources ?? [])
        let checked = certificate.coverage < 1 ? "every output element of the blocks that ran" : "every output element"
        return [
            "**Correct; \(Units.seconds(prediction.predictedSeconds)) a call are predicted, nothing was measured.**",
            "",
            "Its kernels ran in an emulator, with every access checked, on inputs that no turn had seen: \(checked) lies "
                + "within the tolerance of the fp64 oracle\(accuracy(certificate)). The times are those of a model of the GPU.",
            "", "```", text.lines.joined(separator: "\n"), "```",
        ]
    }

    private var precision: String {
        guard let note = PrecisionName(settings.precision).note, let choice = StorageChoice(record) else { return "" }
        return """
            ## Precision

            This run is \(note): temporaries could be stored in 16 bits, and errors could be four times those of such storage. \
            \(choice.text)
            """
    }

    private func comparison(_ verdict: Verdict) -> String {
        guard let speedup = verdict.speedup, let timing = verdict.timing, let name = timing.baseline else { return "" }
        let seconds = Units.seconds(timing.baselineMedianSeconds ?? 0)
        return ", \(Units.interval(speedup)) against \(name) (\(seconds)), measured in turn on the same inputs"
    }

    private func accuracy(_ verdict: Verdict) -> String {
        guard let worst = verdict.accuracy.compactMap(\.normwise).max() else { return "" }
        return String(format: " (largest error in norm %.1e)", worst)
    }

    private var reason: String {
        guard certificate?.prediction == nil, let profile = certificate?.profile,
            let seconds = certificate?.medianSeconds
        else { return "" }
        var facts = [
            "It is **\(profile.bottleneck.rawValue) bound**: \(Units.bytes(profile.minimumBytes)) must be moved"
                + (profile.flops > 0 ? " and \(Units.operations(profile.flops)) done" : "")
                + "; at the device's measured ceilings that takes "
                + "\(Units.seconds(profile.rooflineFraction * seconds)), so the kernel runs at "
                + "**\(Units.percent(profile.rooflineFraction)) of the roofline**."
        ]
        if let floor = profile.floorFraction {
            facts.append(
                "A kernel that only moves the minimum bytes of this footprint, timed in the same race, needs "
                    + "\(Units.seconds(floor * seconds)): **\(Units.percent(floor)) of the floor**.")
        }
        facts.append("What is left: \(profile.lever)")
        let rows = [
            ["memory", Units.percent(profile.bandwidthFraction), Units.bytesPerSecond(ceilings.copyBytesPerSecond)],
            [
                "arithmetic", Units.percent(profile.computeFraction),
                Units.operations(ceilings.flopsPerSecond, "FLOP/s"),
            ],
            ["launching", Units.percent(profile.launchFraction), Units.seconds(ceilings.launchSeconds)],
        ]
        let table = TextTable(
            header: ["resource", "share of the time that its work needs at the ceiling", "measured ceiling"],
            rows: rows, numeric: [1])
        return "## Why it is fast\n\n" + facts.joined(separator: " ") + "\n\n" + table.markdown
            + "\n\n![roofline](roofline.svg)"
    }

    private var schedule: String {
        guard let winner = record.winner else { return "" }
        var text = "## How it is written\n\nTurn \(winner.index): \(winner.proposal.rationale)"
        if case .schedule(let actions) = winner.proposal.content {
            let lines = actions.map { (try? JSONText.encode($0)) ?? "" }
            text += "\n\n```json\n" + lines.joined(separator: "\n") + "\n```"
        }
        if let solution {
            let launches = solution.launches.map {
                "`\($0.kernel)` on a grid of \($0.grid.map(String.init).joined(separator: "×"))"
            }
            text += "\n\nLaunches: " + launches.joined(separator: ", then ") + ". Sources: "
            text += solution.sources.map { "[\($0.path)](\($0.path))" }.joined(separator: ", ") + "."
        }
        return text
    }

    private func row(_ turn: Turn) -> [String] {
        let verdict = turn.verdict
        let number = settings.trajectories > 1 ? "\(turn.trajectory).\(turn.index)" : "\(turn.index)"
        let ratio = verdict.speedup.map { isPredicted ? Units.ratio($0.ratio) : Units.interval($0) }
        let limit = verdict.prediction?.bottleneck ?? verdict.profile?.bottleneck.rawValue
        var tried = turn.proposal.rationale
        if !verdict.isCorrect { tried += " — " + (verdict.message ?? "").prefix(200).replacing("\n", with: " ") }
        return [
            number, verdict.status.rawValue, verdict.medianSeconds.map(Units.seconds) ?? "", ratio ?? "", limit ?? "",
            tried,
        ]
    }

    private var turns: String {
        let rows = record.turns.map { row($0.turn) }
        let table = TextTable(
            header: [
                "turn", "status", isPredicted ? "predicted time" : "time", isPredicted ? "predicted ratio" : "speed-up",
                "bound by", "what was tried",
            ], rows: rows, numeric: [0, 2])
        let end = record.end.map { "The search stopped: \($0.reason.explanation)." } ?? ""
        let caution =
            isPredicted
            ? "Times are predictions of a model."
            : "The times of turns come from short races; only the certificate's above counts."
        return "## Turns\n\n\(end) \(caution)\(passedOver)\n\n" + table.markdown
    }

    /// How many candidates cost nothing; empty for none.
    private var passedOver: String {
        let count = record.turns.reduce(0) { $0 + ($1.turn.proposal.passedOver?.count ?? 0) }
        guard count > 0 else { return "" }
        let subject = count == 1 ? "One more candidate was" : "\(count) more candidates were"
        return " \(subject) passed over without being compiled; trajectory.jsonl says why."
    }

    private var isPredicted: Bool { record.turns.contains { $0.turn.verdict.prediction != nil } }

    private var costs: String {
        let costs = record.turns.map(\.turn.verdict.costs)
        guard !costs.isEmpty else { return "" }
        let parts: [(String, (Costs) -> Double)] = [
            ("proposal: policy, schedule, rendering", \.proposalSeconds), ("compiler", \.compileSeconds),
            ("loading", \.loadSeconds), ("first launch", \.firstLaunchSeconds),
            ("judge's own: poisoning, comparing, messages", \.ownSeconds), ("kernel's runs", \.kernelSeconds),
            ("baseline's runs", \.baselineSeconds), ("all", \.totalSeconds),
        ]
        let rows = parts.map { name, part in
            [name, Units.seconds(median(costs.map(part))), Units.seconds(costs.map(part).max() ?? 0)]
        }
        return "## What a candidate cost\n\n"
            + TextTable(header: ["part", "median", "largest"], rows: rows, numeric: [1, 2]).markdown
    }

    private var provenance: String {
        let source = certificate?.provenance ?? record.turns.last?.turn.verdict.provenance
        guard let source else { return "" }
        var rows = [
            ["device", source.device], ["driver", source.driver], ["processor", source.hostCPU],
            ["sandboxed", source.sandboxed ? "yes" : "**no**"], ["clock", source.clock],
            ["workload", "`\(settings.workload)`, hash `\(settings.workloadHash)`"],
            ["proposal seed", "\(settings.seed)"],
        ]
        rows += source.versions.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        if let compiler = source.compiler { rows.append(["compiler", compiler]) }
        if let commit = source.commit { rows.append(["commit", commit]) }
        if let seed = record.end?.inputSeed {
            rows.append(["input seed", seed.words.map { String($0, radix: 16) }.joined(separator: " ")])
        }
        return "## Where it comes from\n\n" + TextTable(header: ["", ""], rows: rows).markdown
    }

    private func script(_ certificate: Verdict) -> String {
        certificate.prediction == nil
            ? "checks and times the winner with pyopencl, NumPy and onnxruntime only"
            : "checks and times the winner on a GPU with CuPy and NumPy only"
    }

    private var repetition: String {
        guard let certificate else { return "" }
        let size = settings.size.map { " --size \($0)" } ?? ""
        let name = PrecisionName(settings.precision)
        let precision = name == .declared ? "" : " --precision \(name.rawValue)"
        return """
            ## Repeat it

            - `python reproduce.py`: \(script(certificate)).
            - `./kw evaluate \(settings.workload) solution.json\(size) --device \(settings.device)\(precision)`: judges it again.
            """
    }
}

extension StopReason {
    /// The reason as the end of a sentence.
    var explanation: String {
        switch self {
        case .turns: "the asked number of turns was done"
        case .budget: "the budget was spent"
        case .converged: "the last turns brought no gain of 1 %"
        case .exhausted: "the policy had nothing left to try"
        case .interrupted: "it was interrupted"
        }
    }
}
