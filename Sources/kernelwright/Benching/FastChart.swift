import Evaluation
import Foundation
import Refinement

/// fast_p over p as SVG: one colour for each baseline, the plain fraction as a whole line, the certified one dashed.
struct FastChart {
    let bench: BenchSummary

    private static let width = 760.0
    /// Where the legend begins, one line for each baseline, and how far its lines stand apart.
    private static let legend = (top: 456.0, line: 20.0)
    private static let plot = (left: 64.0, right: 736.0, top: 62.0, bottom: 400.0)
    /// The largest p that is drawn.
    private static let limit = 4.0
    /// Tell apart also with colour-blind eyes (Okabe and Ito, "Color universal design", 2008).
    private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

    var svg: String {
        let curves = bench.tables.enumerated().flatMap { index, table in
            staircases(table.baseline, Self.colors[index % Self.colors.count])
        }
        let height = Self.legend.top + Self.legend.line * Double(bench.tables.count) + 12
        return SVG.document(width: Self.width, height: height, heading + axes + curves + legend)
    }

    private func x(_ threshold: Double) -> Double {
        Self.plot.left + threshold / Self.limit * (Self.plot.right - Self.plot.left)
    }

    private func y(_ fraction: Double) -> Double {
        Self.plot.bottom - fraction * (Self.plot.bottom - Self.plot.top)
    }

    private var heading: [String] {
        let settings = bench.header.settings
        return [
            SVG.text(
                Self.plot.left, 26, "fast_p of \(settings.suite), size \(settings.size)", size: 15, weight: "bold"),
            SVG.text(
                Self.plot.left, 46,
                "\(bench.measured), \(bench.rows.count) workloads, \(bench.header.provenance.hostCPU)",
                fill: "#555"),
        ]
    }

    private var axes: [String] {
        let plot = Self.plot
        var elements = (0...10).flatMap { tenth in
            let (fraction, isNamed) = (Double(tenth) / 10, tenth.isMultiple(of: 2))
            let line = SVG.line(plot.left, y(fraction), plot.right, y(fraction), "#e4e4e4")
            let name = SVG.text(plot.left - 8, y(fraction) + 4, String(format: "%.1f", fraction), anchor: "end")
            return isNamed ? [line, name] : [line]
        }
        elements += stride(from: 0, through: Self.limit, by: 0.5).flatMap { threshold in
            [
                SVG.line(x(threshold), plot.top, x(threshold), plot.bottom, threshold == 1 ? "#888" : "#e4e4e4"),
                SVG.text(x(threshold), plot.bottom + 18, String(format: "%g", threshold), anchor: "middle"),
            ]
        }
        elements.append(SVG.frame(left: plot.left, top: plot.top, right: plot.right, bottom: plot.bottom))
        let middle = (plot.left + plot.right) / 2
        elements.append(
            SVG.text(middle, plot.bottom + 40, "p: more than so many times as fast as the baseline", anchor: "middle"))
        elements.append(SVG.verticalText(18, (plot.top + plot.bottom) / 2, "fraction of workloads"))
        return elements
    }

    private func staircases(_ baseline: String, _ color: String) -> [String] {
        let curves = BaselineTable.curves(bench.rows, baseline: baseline)
        return [
            SVG.polyline(points(curves.certified), color, dashed: true), SVG.polyline(points(curves.plain), color),
        ]
    }

    /// The staircase from p = 0 to the right edge.
    private func points(_ curve: FastCurve) -> [(x: Double, y: Double)] {
        var points: [(x: Double, y: Double)] = []
        for step in curve.steps(upTo: Self.limit) {
            if let last = points.last { points.append((x(step.threshold), last.y)) }
            points.append((x(step.threshold), y(step.fraction)))
        }
        return points + [(x(Self.limit), points.last?.y ?? y(0))]
    }

    private var legend: [String] {
        bench.tables.enumerated().flatMap { index, table in
            let color = Self.colors[index % Self.colors.count]
            let level = Self.legend.top + Self.legend.line * (Double(index) + 0.5)
            let entries = [("fast_p", table.score.fast, false), ("certified", table.score.certified, true)]
            return entries.enumerated().flatMap { column, entry in
                let left = Self.plot.left + Double(column) * 340
                let text = "\(table.baseline), \(entry.0): " + String(format: "%.2f at 1", entry.1["1"] ?? 0)
                return [
                    SVG.line(left, level, left + 32, level, color, dashed: entry.2, width: 2),
                    SVG.text(left + 42, level + 4, text),
                ]
            }
        }
    }
}
