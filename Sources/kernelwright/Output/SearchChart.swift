import Foundation
import Studies

/// The fraction of workloads within the slack over the number of candidates, as SVG: one staircase for each author.
struct SearchChart {
    let summary: SearchSummary

    private static let plot = (left: 64.0, right: 736.0, top: 48.0, bottom: 386.0)
    /// Tell apart also with colour-blind eyes (Okabe and Ito, "Color universal design", 2008).
    private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

    var svg: String {
        let curves = summary.settings.policies.enumerated().flatMap { index, policy in
            let color = Self.colors[index % Self.colors.count]
            let level = 448 + 20 * Double(index)
            return [
                SVG.polyline(points(policy), color),
                SVG.line(Self.plot.left, level, Self.plot.left + 32, level, color, width: 2),
                SVG.text(Self.plot.left + 42, level + 4, policy),
            ]
        }
        let height = 448 + 20 * Double(summary.settings.policies.count)
        return SVG.document(width: 760, height: height, axes + curves)
    }

    private var turns: Double { Double(max(1, summary.settings.turns)) }

    private func x(_ candidates: Double) -> Double {
        Self.plot.left + candidates / turns * (Self.plot.right - Self.plot.left)
    }

    private func y(_ fraction: Double) -> Double {
        Self.plot.bottom - fraction * (Self.plot.bottom - Self.plot.top)
    }

    private var axes: [String] {
        let plot = Self.plot
        let title =
            "within \(Units.percent(summary.slack)) of the best known schedule, \(summary.outcomes.count) workloads"
        let levels = stride(from: 0.0, through: 1, by: 0.2).flatMap { fraction in
            [
                SVG.line(plot.left, y(fraction), plot.right, y(fraction), "#e4e4e4"),
                SVG.text(plot.left - 8, y(fraction) + 4, String(format: "%.1f", fraction), anchor: "end"),
            ]
        }
        let step = max(1, summary.settings.turns / 8)
        let marks = stride(from: 0, through: summary.settings.turns, by: step).map {
            SVG.text(x(Double($0)), plot.bottom + 18, "\($0)", anchor: "middle")
        }
        return [SVG.text(plot.left, 28, title, size: 15, weight: "bold")] + levels + marks + [
            SVG.frame(left: plot.left, top: plot.top, right: plot.right, bottom: plot.bottom),
            SVG.text((plot.left + plot.right) / 2, plot.bottom + 38, "candidates", anchor: "middle"),
            SVG.verticalText(18, (plot.top + plot.bottom) / 2, "fraction of workloads"),
        ]
    }

    private func points(_ policy: String) -> [(x: Double, y: Double)] {
        var points = [(x: x(0), y: y(0))]
        for candidates in 1...max(1, summary.settings.turns) {
            points.append((x(Double(candidates)), points[points.count - 1].y))
            points.append((x(Double(candidates)), y(summary.fraction(policy, after: candidates))))
        }
        return points
    }
}
