import KernelIR
import Workloads

/// Padding: amounts come in pairs before and after, from the last axis on; negative ones crop.
extension OperatorTable {
    mutating func addPadding() {
        add("constant_pad_nd.default") { call in
            try Self.padded(call, mode: "constant", value: try call.number(2, "value", default: 0))
        }
        add("pad.default") { call in
            try Self.padded(
                call, mode: try call.string(2, "mode", default: "constant"),
                value: try call.number(3, "value", default: 0))
        }
        for rank in 1...3 {
            add("reflection_pad\(rank)d.default") { call in try Self.padded(call, mode: "reflect", value: 0) }
            add("replication_pad\(rank)d.default") { call in try Self.padded(call, mode: "replicate", value: 0) }
        }
    }

    private static func padded(_ call: OperatorCall<Scalar>, mode: String, value: Double) throws -> Tensor<Scalar> {
        let x = try call.tensor(0)
        let amounts = try call.ints(1, "pad", default: nil)
        guard amounts.count % 2 == 0, amounts.count / 2 <= x.shape.count else {
            throw call.error("\(amounts.count) amounts for rank \(x.shape.count)", hint: "give two for each axis")
        }
        // Pairs of all axes, the first axis first.
        let pairs = x.shape.indices.reversed().map { axis in
            let place = 2 * (x.shape.count - 1 - axis)
            return place < amounts.count ? (amounts[place], amounts[place + 1]) : (0, 0)
        }.reversed()
        let shape = try call.declared(zip(x.shape, pairs).map { $0 &+ $1.0 &+ $1.1 })
        guard mode != "constant" else {
            return try constant(call, x, Array(pairs), shape, Scalar(value))
        }
        var positions: [Int: [Int]] = [:]
        for (axis, (before, after)) in pairs.enumerated() where before != 0 || after != 0 {
            let extent = x.shape[axis]
            let largest = try limit(call, mode, extent)
            guard before <= largest, after <= largest, extent > 0 else {
                throw call.error("\(mode) by \(before) and \(after)", hint: "at most \(largest) for extent \(extent)")
            }
            let kept = max(0, -before)..<max(extent + min(0, after), max(0, -before))
            positions[axis] = (-before..<max(extent + after, -before)).map { source($0, mode, extent, kept: kept) }
        }
        return x.picked(positions)
    }

    /// The largest amount a mode can fill from an axis.
    private static func limit(_ call: OperatorCall<Scalar>, _ mode: String, _ extent: Int) throws -> Int {
        switch mode {
        case "reflect": return extent - 1
        case "circular": return extent
        case "replicate": return .max
        default:
            throw call.error("unknown mode \(mode)", hint: "use constant, reflect, replicate or circular")
        }
    }

    /// The position from which a place before, in or after an axis is filled; what is cropped does not come around.
    private static func source(_ place: Int, _ mode: String, _ extent: Int, kept: Range<Int>) -> Int {
        switch mode {
        case "reflect": place < 0 ? -place : place < extent ? place : 2 * (extent - 1) - place
        case "circular": kept.lowerBound + (place - kept.lowerBound + kept.count) % max(kept.count, 1)
        default: min(max(place, 0), extent - 1)
        }
    }

    private static func constant(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ pairs: [(Int, Int)], _ shape: [Int], _ value: Scalar
    ) throws -> Tensor<Scalar> {
        guard shape.allSatisfy({ $0 >= 0 }) else { throw call.error("crops too much", hint: "keep extents above 0") }
        var kept: [Int: [Int]] = [:]
        var places = AxisOffsets(shape)
        let strides = Shape.strides(shape)
        for (axis, (before, _)) in pairs.enumerated() {
            let range = max(0, -before)..<max(max(0, -before), min(x.shape[axis], shape[axis] - before))
            kept[axis] = Array(range)
            places.tables[axis] = range.map { ($0 + before) * strides[axis] }
        }
        return Tensor(dtype: x.dtype, shape: shape) { out in
            Parallel.run(shape.reduce(1, *)) { range in
                (out + range.lowerBound).initialize(repeating: value, count: range.count)
            }
            x.picked(kept).write(to: out, at: places)
        }
    }
}
