import Foundation
import Studies

/// The mean of the best ratio over the number of candidates, as SVG: one staircase for each split.
struct ScalingChart {
    let summary: ScalingSummary

    private static let plot = (left: 64.0, right: 736.0, top: 66.0, bottom: 400.0)
    /// Tell apart also with colour-blind eyes (Okabe and Ito, "Color universal design", 2008).
    private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

    var svg: String {
        let curves = summary.rows.enumerated().flatMap { index, row in
            let color = Self.colors[index % Self.colors.count]
            let level = 462 + 20 * Double(index)
            return [
                SVG.polyline(points(row.curve), color),
                SVG.line(Self.plot.left, level, Self.plot.left + 32, level, color, width: 2),
                SVG.text(Self.plot.left + 42, level + 4, legend(row)),
            ]
        }
        let height = 462 + 20 * Double(max(1, summary.rows.count))
        return SVG.document(width: 760, height: height, heading + axes + curves)
    }

    private func legend(_ row: ScalingSummary.Row) -> String {
        "\(row.split): best judged \(Units.interval(row.judged)), certified \(Units.interval(row.certified))"
    }

    private var candidates: Double { Double(max(1, summary.settings.candidates)) }

    /// The upper end of the axis: a whole number of halves above every curve.
    private var most: Double {
        let top = summary.rows.flatMap(\.curve).max() ?? 1
        return max(1.5, (2 * top).rounded(.up) / 2)
    }

    private func x(_ count: Double) -> Double {
        Self.plot.left + count / candidates * (Self.plot.right - Self.plot.left)
    }

    private func y(_ ratio: Double) -> Double {
        Self.plot.bottom - (ratio - 1) / (most - 1) * (Self.plot.bottom - Self.plot.top)
    }

    private var heading: [String] {
        let settings = summary.settings
        let word = settings.isPredicted ? "predicted ratio" : "speed-up"
        return [
            SVG.text(
                Self.plot.left, 26,
                "\(settings.candidates) candidates of \(settings.policy), \(summary.compared.count) workloads",
                size: 15, weight: "bold"),
            SVG.text(
                Self.plot.left, 46,
                "best \(word) to \(settings.baseline) so far, geometric mean, size \(settings.size)", fill: "#555"),
        ]
    }

    private var axes: [String] {
        let plot = Self.plot
        let levels = (0...4).flatMap { step in
            let ratio = 1 + (most - 1) * Double(step) / 4
            return [
                SVG.line(plot.left, y(ratio), plot.right, y(ratio), "#e4e4e4"),
                SVG.text(plot.left - 8, y(ratio) + 4, String(format: "%.2f", ratio), anchor: "end"),
            ]
        }
        let step = max(1, summary.settings.candidates / 8)
        let marks = stride(from: 0, through: summary.settings.candidates, by: step).map {
            SVG.text(x(Double($0)), plot.bottom + 18, "\($0)", anchor: "middle")
        }
        return levels + marks + [
            SVG.frame(left: plot.left, top: plot.top, right: plot.right, bottom: plot.bottom),
            SVG.text((plot.left + plot.right) / 2, plot.bottom + 38, "candidates", anchor: "middle"),
            SVG.verticalText(18, (plot.top + plot.bottom) / 2, "ratio to the baseline"),
        ]
    }

    /// The staircase from no candidate, where one has the baseline.
    private func points(_ curve: [Double]) -> [(x: Double, y: Double)] {
        var points = [(x: x(0), y: y(1))]
        for (index, ratio) in curve.enumerated() {
            let place = x(Double(index + 1))
            points.append((place, points[points.count - 1].y))
            points.append((place, y(ratio)))
        }
        return points
    }
}
