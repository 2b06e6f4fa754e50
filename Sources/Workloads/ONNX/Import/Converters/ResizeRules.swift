import KernelIR

/// Resampling (https://onnx.ai/onnx/operators/onnx__Resize.html): along each axis a choice of elements, or a product with
/// a constant matrix whose rows hold the weights of the interpolation.
enum ResizeRules {
    static let table: [String: ImportRule] = ["Resize": resize]

    /// Elements of the largest list of places, or of the largest matrix.
    private static let largest = 1 << 24

    private static let resize: ImportRule = { call, graph in
        var x = try call.input(0)
        let plan = try ResizePlan(call, x)
        for axis in plan.axes where !axis.isIdentity {
            let extent = x.shape[axis.index]
            try call.require(
                extent > 0 && axis.output <= largest && (plan.isNearest || extent <= largest / max(axis.output, 1)),
                "axis \(axis.index) from \(extent) to \(axis.output)", hint: "a non-empty axis, resized to less")
            let places = (0..<axis.output).map { plan.coordinate($0, axis, extent: extent) }
            if plan.isNearest {
                x = try graph.select(x, axis.index, places.map { min(max(plan.nearest($0), 0), extent - 1) })
            } else {
                let rows = places.flatMap { plan.weights(at: $0, axis, extent: extent) }
                x = try multiply(x, axis.index, .constant(rows, [axis.output, extent], x.dtype), &graph)
            }
            let outside = places.map { plan.crops && ($0 < 0 || $0 > Double(extent - 1)) }
            if outside.contains(true) {
                var along = Array(repeating: 1, count: x.rank)
                along[axis.index] = axis.output
                let mask = ImportedValue.constant(outside.map { $0 ? 1 : 0 }, along, .bool)
                x = try graph.choose(mask, .number(plan.extrapolation), .tensor(x))
            }
        }
        return [x]
    }

    /// Mixes the elements of one axis.
    private static func multiply(
        _ x: ImportedValue, _ axis: Int, _ matrix: ImportedValue, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        var shape = x.shape
        let flat = [shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *)]
        shape[axis] = matrix.shape[0]
        return try graph.reshape(graph.matmul(matrix, graph.reshape(x, flat)), shape)
    }
}

/// What a Resize node asks for.
private struct ResizePlan {
    struct Axis {
        var index: Int
        var scale: Double
        var output: Int
        /// The part of the axis that is kept, where the coordinates are those of a crop.
        var start: Double
        var end: Double
        var isIdentity: Bool
    }

    private(set) var axes: [Axis] = []
    let extrapolation: Double
    private let mode: String
    private let coordinates: String
    private let nearestMode: String
    private let cubic: Double
    private let antialias: Bool
    private let excludesOutside: Bool

    var isNearest: Bool { mode == "nearest" }
    var crops: Bool { coordinates == "tf_crop_and_resize" }

    init(_ call: OnnxCall, _ x: ImportedValue) throws {
        mode = try call.choice("mode", of: ["nearest", "linear", "cubic"], default: "nearest")
        coordinates = try call.choice(
            "coordinate_transformation_mode",
            of: [
                "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
                "tf_crop_and_resize",
            ], default: "half_pixel")
        nearestMode = try call.choice(
            "nearest_mode", of: ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"],
            default: "round_prefer_floor")
        cubic = try call.float("cubic_coeff_a", default: -0.75)
        antialias = try call.flag("antialias")
        excludesOutside = try call.flag("exclude_outside")
        extrapolation = try call.float("extrapolation_value", default: 0)
        try call.require(
            mode == "nearest" || x.dtype.isFloatingPoint, "\(mode) interpolation of \(x.type)",
            hint: "give a floating-point tensor")
        axes = try Self.axes(call, x, crops: coordinates == "tf_crop_and_resize")
    }

    private static func axes(_ call: OnnxCall, _ x: ImportedValue, crops: Bool) throws -> [Axis] {
        let indices = try call.axes(call.integers("axes") ?? Array(x.shape.indices), rank: x.rank)
        let extents = indices.map { Double(x.shape[$0]) }
        let count = indices.count
        var scales = call.optionalInput(2) == nil ? [] : try call.numbers(2, "the scales")
        var outputs: [Int]
        if scales.isEmpty {
            outputs = try call.integers(3, "the sizes")
            try call.require(
                outputs.count == count && outputs.allSatisfy { (0...1 << 32).contains($0) }, "sizes \(outputs)",
                hint: "an extent for each of the axes \(indices)")
            scales = zip(outputs, extents).map { Double($0) / $1 }
            let policy = try call.choice(
                "keep_aspect_ratio_policy", of: ["stretch", "not_larger", "not_smaller"], default: "stretch")
            if policy != "stretch", let scale = policy == "not_larger" ? scales.min() : scales.max() {
                scales = scales.map { _ in scale }
                outputs = extents.map { Int(saturating: scale * $0 + 0.5) }
            }
        } else {
            try call.require(
                scales.count == count && scales.allSatisfy { $0 > 0 && $0.isFinite }, "scales \(scales)",
                hint: "a positive number for each of the axes \(indices)")
            outputs = zip(scales, extents).map { Int(saturating: $0 * $1) }
        }
        var region = Array(repeating: 0.0, count: count) + Array(repeating: 1.0, count: count)
        if crops {
            region = try call.numbers(1, "the region")
            try call.require(region.count == 2 * count, "region \(region)", hint: "a start, then an end for each axis")
        }
        return indices.indices.map { number in
            let (start, end) = (region[number], region[count + number])
            let isIdentity =
                abs(scales[number] - 1) <= 1e-9 && outputs[number] == x.shape[indices[number]] && start == 0 && end == 1
            return Axis(
                index: indices[number], scale: scales[number], output: outputs[number], start: start, end: end,
                isIdentity: isIdentity)
        }
    }

    /// The place in the input that an output's element shows.
    func coordinate(_ output: Int, _ axis: Axis, extent: Int) -> Double {
        let (place, last) = (Double(output), Double(extent - 1))
        let width = axis.scale * Double(extent)
        switch coordinates {
        case "asymmetric": return place / axis.scale
        case "align_corners": return width == 1 ? 0 : place * last / (width - 1)
        case "tf_crop_and_resize":
            let length = (axis.end - axis.start) * last
            return axis.start * last + (width == 1 ? length / 2 : place * length / (width - 1))
        case "pytorch_half_pixel" where width == 1: return -0.5
        case "half_pixel_symmetric":
            let shift = Double(extent) / 2 * (1 - Double(axis.output) / width)
            return shift + (place + 0.5) / axis.scale - 0.5
        default: return (place + 0.5) / axis.scale - 0.5
        }
    }

    /// The element nearest to a place.
    func nearest(_ place: Double) -> Int {
        switch nearestMode {
        case "floor": Int(saturating: place.rounded(.down))
        case "ceil": Int(saturating: place.rounded(.up))
        case "round_prefer_ceil": Int(saturating: (place + 0.5).rounded(.down))
        default: Int(saturating: (place - 0.5).rounded(.up))
        }
    }

    /// How much each element of an axis adds to the value at a place; elements beyond the ends are those at the ends.
    func weights(at place: Double, _ axis: Axis, extent: Int) -> [Double] {
        var row = Array(repeating: 0.0, count: extent)
        guard place.isFinite, place.magnitude < 0x1p40 else { return row }
        let scale = antialias ? min(axis.scale, 1) : 1
        let reach = (mode == "linear" ? 1 : 2) / scale
        let last = Double(extent) + reach
        var total = 0.0
        var tap = max((place - reach).rounded(.up), -last)
        while tap <= min(place + reach, 2 * last) {
            let isOutside = tap < 0 || tap > Double(extent - 1)
            let weight = isOutside && excludesOutside ? 0 : kernel((tap - place) * scale)
            row[Int(min(max(tap, 0), Double(extent - 1)))] += weight
            total += weight
            tap += 1
        }
        // Weights of an interpolation add up to one by themselves, those of an average do not.
        return antialias || excludesOutside ? row.map { $0 / (total == 0 ? 1 : total) } : row
    }

    /// The triangle, or the cubic convolution kernel (Keys, 1981) with the coefficient given.
    private func kernel(_ distance: Double) -> Double {
        let t = abs(distance)
        if mode == "linear" { return max(1 - t, 0) }
        if t <= 1 { return ((cubic + 2) * t - (cubic + 3)) * t * t + 1 }
        return t < 2 ? ((cubic * t - 5 * cubic) * t + 8 * cubic) * t - 4 * cubic : 0
    }
}
