import Foundation

/// Elements of a drawing as SVG text. Numbers have one decimal.
enum SVG {
    /// A whole drawing on a white ground, so that it reads alike on light and dark pages.
    static func document(width: Double, height: Double, _ elements: [String]) -> String {
        let (width, height) = (Int(width), Int(height))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            \(elements.joined(separator: "\n"))
            </svg>

            """
    }

    static func text(
        _ x: Double, _ y: Double, _ content: String, anchor: String = "start", fill: String = "#222",
        size: Int = 12, weight: String = "normal"
    ) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" fill=\"\(fill)\" font-size=\"\(size)\" "
            + "font-weight=\"\(weight)\">\(escaped(content))</text>"
    }

    static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String, dashed: Bool = false,
        width: Double = 1
    ) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(color)\""
            + (width == 1 ? "" : " stroke-width=\"\(number(width))\"") + (dashed ? " stroke-dasharray=\"4 4\"/>" : "/>")
    }

    static func polyline(_ points: [(x: Double, y: Double)], _ color: String, dashed: Bool = false) -> String {
        let path = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\""
            + (dashed ? " stroke-dasharray=\"5 4\"/>" : "/>")
    }

    /// A text that stands upright along a vertical axis.
    static func verticalText(_ x: Double, _ y: Double, _ content: String) -> String {
        "<text transform=\"translate(\(number(x)) \(number(y))) rotate(-90)\" text-anchor=\"middle\" fill=\"#222\">"
            + "\(escaped(content))</text>"
    }

    /// A frame without filling.
    static func frame(left: Double, top: Double, right: Double, bottom: Double) -> String {
        "<rect x=\"\(number(left))\" y=\"\(number(top))\" width=\"\(number(right - left))\" "
            + "height=\"\(number(bottom - top))\" fill=\"none\" stroke=\"#999\"/>"
    }

    static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
