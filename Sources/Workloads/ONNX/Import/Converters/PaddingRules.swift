import KernelIR

/// Padding: by a constant, or by elements of the tensor itself.
enum PaddingRules {
    static let table: [String: ImportRule] = ["Pad": pad]

    private static let pad: ImportRule = { call, graph in
        var x = try call.input(0)
        let form = try call.choice("mode", of: ["constant", "reflect", "edge", "wrap"], default: "constant")
        let (before, after) = try amounts(call, x)
        if form == "constant" {
            let value = try call.number(2, "the padding value", default: 0)
            return [try graph.pad(x, before: before, after: after, value: value)]
        }
        for axis in x.shape.indices where before[axis] != 0 || after[axis] != 0 {
            let extent = x.shape[axis]
            try call.require(
                extent > 0 && extent + before[axis] + after[axis] <= largestIndex,
                "axis \(axis) of \(x.shape) padded by \(before[axis]) and \(after[axis])",
                hint: "give a non-empty axis and at most \(largestIndex) elements")
            let places = (-before[axis]..<max(extent + after[axis], -before[axis])).map { source($0, extent, form) }
            x = try graph.select(x, axis, places)
        }
        return [x]
    }

    /// Elements added before and after each axis; the operand lists all firsts, then all lasts, of the axes named.
    private static func amounts(_ call: OnnxCall, _ x: ImportedValue) throws -> ([Int], [Int]) {
        let pads = try call.integers(1, "the pads")
        let axes = try call.axes(call.optionalIntegers(3, "axes") ?? Array(x.shape.indices), rank: x.rank)
        var (before, after) = (Array(repeating: 0, count: x.rank), Array(repeating: 0, count: x.rank))
        try call.require(
            pads.count == 2 * axes.count && pads.allSatisfy { $0.magnitude <= 1 << 40 },
            "\(pads.count) pads for \(axes.count) axes", hint: "two for each axis, of at most 2⁴⁰")
        for (number, axis) in axes.enumerated() {
            (before[axis], after[axis]) = (pads[number], pads[axes.count + number])
            try call.require(
                x.shape[axis] + before[axis] + after[axis] >= 0, "pads \(pads) of \(x.shape)", hint: "take away less")
        }
        return (before, after)
    }

    /// The element read at a place, which may lie outside the axis.
    private static func source(_ place: Int, _ extent: Int, _ form: String) -> Int {
        func wrapped(_ place: Int, _ period: Int) -> Int { (place % period + period) % period }
        switch form {
        case "edge": return min(max(place, 0), extent - 1)
        case "wrap": return wrapped(place, extent)
        default:
            guard extent > 1 else { return 0 }
            let folded = wrapped(place, 2 * (extent - 1))
            return folded < extent ? folded : 2 * (extent - 1) - folded
        }
    }

    private static let largestIndex = 1 << 24
}
