import Devices
import Evaluation
import Foundation
import Policies

/// A roofline as SVG (Williams, Waterman, Patterson, CACM 52(4), 2009): what the device can do, one dot for each turn.
///
/// All turns of a workload have the same arithmetic intensity; dots stand side by side in the order of turns. Failed
/// turns are crosses at the lower edge.
struct RooflineChart {
    let title: String
    let ceilings: Ceilings
    /// Bytes that any implementation moves.
    let bytes: Double
    /// Operations that are drawn; a workload that only moves data counts one for each output element.
    let operations: Double
    let turns: [Turn]
    let winner: Turn?
    let baseline: (name: String, seconds: Double)?

    private static let size = (width: 760.0, height: 480.0)
    private static let plot = (left: 112.0, right: 740.0, top: 56.0, bottom: 410.0)

    var svg: String {
        let elements = frame + axes + roof + crosses + dots + baselineMark + winnerMark
        return SVG.document(width: Self.size.width, height: Self.size.height, elements)
    }

    private var intensity: Double { operations / bytes }
    private var ridge: Double { ceilings.flopsPerSecond / ceilings.copyBytesPerSecond }

    private var xRange: (low: Double, high: Double) {
        (min(intensity, ridge) / 10, max(intensity, ridge) * 10)
    }

    private var yRange: (low: Double, high: Double) {
        let rates = (correct.compactMap(rate) + [baseline.map { operations / $0.seconds }].compactMap { $0 })
        let top = ceilings.flopsPerSecond
        let lowest = min(rates.min() ?? top, min(top, ceilings.copyBytesPerSecond * intensity))
        return (max(lowest / 4, top * 1e-6), top * 3)
    }

    private var correct: [Turn] { turns.filter(\.verdict.isCorrect) }

    private func rate(_ turn: Turn) -> Double? { turn.verdict.medianSeconds.map { operations / $0 } }

    private func x(_ value: Double) -> Double {
        position(value, xRange, Self.plot.left, Self.plot.right)
    }

    private func y(_ value: Double) -> Double {
        position(value, yRange, Self.plot.bottom, Self.plot.top)
    }

    private func position(_ value: Double, _ range: (low: Double, high: Double), _ from: Double, _ to: Double) -> Double
    {
        let part = log(min(max(value, range.low), range.high) / range.low) / log(range.high / range.low)
        return from + part * (to - from)
    }

    /// Where the dot of a turn stands: turns side by side around the intensity, so that none hides another.
    private func place(_ index: Int) -> Double {
        let step = min(9, 260 / Double(max(turns.count, 1)))
        return x(intensity) + (Double(index) - Double(turns.count - 1) / 2) * step
    }

    private var frame: [String] {
        let plot = Self.plot
        return [
            SVG.text(plot.left, 26, title, size: 15, weight: "bold"),
            SVG.text(
                plot.left, 44, "left to right in the order of turns; crosses at the lower edge: turns that failed",
                fill: "#666"),
            SVG.frame(left: plot.left, top: plot.top, right: plot.right, bottom: plot.bottom),
        ]
    }

    private var axes: [String] {
        let plot = Self.plot
        let middle = (plot.top + plot.bottom) / 2
        var lines = decades(xRange).flatMap { value in
            [
                SVG.line(x(value), plot.top, x(value), plot.bottom, "#e4e4e4"),
                SVG.text(x(value), plot.bottom + 18, Self.decade(value), anchor: "middle"),
            ]
        }
        lines += decades(yRange).flatMap { value in
            [
                SVG.line(plot.left, y(value), plot.right, y(value), "#e4e4e4"),
                SVG.text(plot.left - 8, y(value) + 4, Self.rate(value), anchor: "end"),
            ]
        }
        lines.append(
            SVG.text((plot.left + plot.right) / 2, plot.bottom + 40, "operations for each byte moved", anchor: "middle")
        )
        lines.append(SVG.verticalText(18, middle, "operations a second"))
        return lines
    }

    private var roof: [String] {
        let plot = Self.plot
        let start = max(xRange.low, yRange.low / ceilings.copyBytesPerSecond)
        let points = [
            (x(start), y(start * ceilings.copyBytesPerSecond)), (x(ridge), y(ceilings.flopsPerSecond)),
            (plot.right, y(ceilings.flopsPerSecond)),
        ]
        return [
            SVG.polyline(points, "#333"),
            SVG.text(
                plot.right - 6, y(ceilings.flopsPerSecond) - 8,
                "arithmetic " + Units.operations(ceilings.flopsPerSecond, "FLOP/s"), anchor: "end"),
            SVG.text(
                plot.left + 6, plot.top + 18, "slope: copy " + Units.bytesPerSecond(ceilings.copyBytesPerSecond)),
            SVG.line(x(intensity), plot.top, x(intensity), plot.bottom, "#9ab", dashed: true),
        ]
    }

    private var dots: [String] {
        turns.enumerated().compactMap { index, turn in
            guard turn.verdict.isCorrect, let rate = rate(turn) else { return nil }
            return "<circle cx=\"\(SVG.number(place(index)))\" cy=\"\(SVG.number(y(rate)))\" r=\"4\" fill=\"#2b6cb0\" "
                + "fill-opacity=\"0.75\"><title>\(SVG.escaped(label(turn)))</title></circle>"
        }
    }

    private var crosses: [String] {
        turns.enumerated().compactMap { index, turn in
            guard !turn.verdict.isCorrect else { return nil }
            let (x, y) = (place(index), Self.plot.bottom - 6)
            return
                "<path d=\"M\(SVG.number(x - 3)) \(SVG.number(y - 3)) l6 6 m0 -6 l-6 6\" stroke=\"#a33\" stroke-width=\"1.5\">"
                + "<title>\(SVG.escaped(label(turn)))</title></path>"
        }
    }

    private var baselineMark: [String] {
        guard let baseline else { return [] }
        let level = y(operations / baseline.seconds)
        return [
            SVG.line(Self.plot.left, level, Self.plot.right, level, "#b7791f", dashed: true),
            SVG.text(
                Self.plot.right - 6, level + 14, "\(baseline.name) \(Units.seconds(baseline.seconds))", anchor: "end",
                fill: "#8a5a14"),
        ]
    }

    private var winnerMark: [String] {
        guard let winner, let rate = rate(winner),
            let index = turns.firstIndex(where: { $0.trajectory == winner.trajectory && $0.index == winner.index })
        else { return [] }
        let (x, y) = (place(index), y(rate))
        let isRight = x > (Self.plot.left + Self.plot.right) / 2
        return [
            "<circle cx=\"\(SVG.number(x))\" cy=\"\(SVG.number(y))\" r=\"7\" fill=\"#2f855a\" stroke=\"white\" stroke-width=\"1.5\"/>",
            SVG.text(
                x + (isRight ? -12 : 12), y - 8,
                "winner: turn \(winner.index), "
                    + Units.seconds(winner.verdict.medianSeconds ?? 0),
                anchor: isRight ? "end" : "start", fill: "#22613f", weight: "bold"),
        ]
    }

    private func label(_ turn: Turn) -> String {
        let time = turn.verdict.medianSeconds.map { ", " + Units.seconds($0) } ?? ""
        return "turn \(turn.index): \(turn.verdict.status.rawValue)\(time); \(turn.proposal.rationale)"
    }

    private func decades(_ range: (low: Double, high: Double)) -> [Double] {
        let exponents = Int(log10(range.low).rounded(.up))...Int(log10(range.high).rounded(.down))
        return exponents.map { pow(10, Double($0)) }
    }

    /// A power of ten as people write it.
    private static func decade(_ value: Double) -> String {
        value >= 1 ? String(format: "%.0f", value) : String(format: "%g", value)
    }

    /// A power of ten operations a second, e.g. `10 GFLOP/s`.
    private static func rate(_ value: Double) -> String {
        let prefixes: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        let prefix = prefixes.first { value >= $0.0 * 0.999 } ?? (1, "")
        return String(format: "%.0f ", value / prefix.0) + prefix.1 + "FLOP/s"
    }
}
