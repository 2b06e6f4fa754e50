import KernelIR

/// Where the windows of a convolution or a pooling lie, one entry for each spatial axis.
struct WindowGeometry {
    var extents: [Int]
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    var before: [Int]
    var after: [Int]
    /// Windows along each axis.
    var outputs: [Int]

    var rank: Int { extents.count }
    /// Places from the first to the last element of a window.
    var spans: [Int] { zip(kernel, dilations).map { ($0 - 1) * $1 + 1 } }
    var isSymmetric: Bool { before == after }
    var hasPadding: Bool { (before + after).contains { $0 != 0 } }

    /// Reads strides, dilations, pads and auto_pad for windows of `kernel` over the spatial axes of `x`.
    init(_ call: OnnxCall, _ x: ImportedValue, kernel: [Int]) throws {
        extents = Array(x.shape.dropFirst(2))
        try call.require(
            (1...3).contains(extents.count) && kernel.count == extents.count
                && kernel.allSatisfy { (1...OnnxCall.largestWindow).contains($0) },
            "a kernel \(kernel) over \(x.shape)", hint: "give [batch, channels] and one to three spatial axes")
        self.kernel = kernel
        strides = try call.windowIntegers("strides", count: kernel.count, default: 1)
        dilations = try call.windowIntegers("dilations", count: kernel.count, default: 1)
        (before, after, outputs) = (extents, extents, extents)
        try place(call)
    }

    private mutating func place(_ call: OnnxCall) throws {
        let automatic = try call.choice(
            "auto_pad", of: ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"], default: "NOTSET")
        let roundsUp = try call.flag("ceil_mode")
        let pads =
            automatic == "NOTSET"
            ? try call.windowIntegers("pads", count: 2 * rank, default: 0, atLeast: 0)
            : Array(repeating: 0, count: 2 * rank)
        for axis in 0..<rank {
            (before[axis], after[axis]) = (pads[axis], pads[rank + axis])
            let span = spans[axis]
            if automatic.hasPrefix("SAME") {
                outputs[axis] = (extents[axis] + strides[axis] - 1) / strides[axis]
                let total = max((outputs[axis] - 1) * strides[axis] + span - extents[axis], 0)
                before[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
                after[axis] = total - before[axis]
                continue
            }
            let room = extents[axis] + before[axis] + after[axis] - span
            try call.require(room >= 0, "a window of \(span) over axis \(axis) of \(extents)", hint: "pad the input")
            outputs[axis] = room / strides[axis] + 1
            if roundsUp, room % strides[axis] > 0, outputs[axis] * strides[axis] < extents[axis] + before[axis] {
                // One window more, if it begins inside the input or the padding before it.
                outputs[axis] += 1
            }
        }
    }

    /// Padding after each axis that makes exactly `outputs` windows fit; negative where elements are left over.
    var exactAfter: [Int] {
        (0..<rank).map { (outputs[$0] - 1) * strides[$0] + spans[$0] - extents[$0] - before[$0] }
    }
}
