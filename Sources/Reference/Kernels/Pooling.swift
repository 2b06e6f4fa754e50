import KernelIR
import Workloads

/// Means and maxima over windows of each plane of `[planes, depth, height, width]`.
struct Pooling<Scalar: ReferenceScalar> {
    /// What a mean divides by.
    enum Divisor: Sendable {
        /// The elements of the window that lie in the input.
        case elements
        /// The window with its padding.
        case paddedElements
        case number(Int)
    }

    /// Depth, height, width.
    let axes: [PoolingAxis]

    var outputArea: Int { axes.map(\.windows.count).reduce(1, *) }

    /// Means of the elements, added in order.
    func means(_ x: [Scalar], divisor: Divisor) -> [Scalar] {
        [Scalar](unsafeUninitializedCapacity: planes(x) * outputArea) { out, initialized in
            let out = out.baseAddress
            forEachWindow(x) { plane, depth, height, width, place in
                var sum = Summation<Scalar>()
                for d in depth.start..<max(depth.end, depth.start) {
                    for h in height.start..<max(height.end, height.start) {
                        let line = plane + (d * axes[1].input + h) * axes[2].input
                        sum.add(max(width.end - width.start, 0)) { line[width.start + $0] }
                    }
                }
                let count: Int
                switch divisor {
                case .elements:
                    count = (depth.end - depth.start) * (height.end - height.start) * (width.end - width.start)
                case .paddedElements: count = depth.paddedCount * height.paddedCount * width.paddedCount
                case .number(let number): count = number
                }
                (out! + place).initialize(to: sum.total / Scalar(count))
            }
            initialized = planes(x) * outputArea
        }
    }

    /// Largest elements and their places in their plane: the first of equal ones, the last NaN where there is one.
    func maxima(_ x: [Scalar]) -> (values: [Scalar], indices: [Scalar]) {
        var values = [Scalar](repeating: 0, count: planes(x) * outputArea)
        var indices = values
        values.withUnsafeMutableBufferPointer { values in
            indices.withUnsafeMutableBufferPointer { indices in
                forEachWindow(x) { plane, depth, height, width, place in
                    var best = -Scalar.infinity
                    var index = (depth.start * axes[1].input + height.start) * axes[2].input + width.start
                    for d in stride(from: depth.start, to: depth.end, by: axes[0].step) {
                        for h in stride(from: height.start, to: height.end, by: axes[1].step) {
                            let line = (d * axes[1].input + h) * axes[2].input
                            for w in stride(from: width.start, to: width.end, by: axes[2].step) {
                                let value = plane[line + w]
                                if value > best || value.isNaN { (best, index) = (value, line + w) }
                            }
                        }
                    }
                    values[place] = best
                    indices[place] = Scalar(index)
                }
            }
        }
        return (values, indices)
    }

    private var inputArea: Int { axes.map(\.input).reduce(1, *) }

    private func planes(_ x: [Scalar]) -> Int { x.count / max(inputArea, 1) }

    /// Visits every window with the start of its plane and the place of its result.
    @inline(__always)
    private func forEachWindow(
        _ x: [Scalar],
        _ body: (
            UnsafePointer<Scalar>, PoolingAxis.Window, PoolingAxis.Window, PoolingAxis.Window, Int
        ) -> Void
    ) {
        let (depths, heights, widths) = (axes[0].windows, axes[1].windows, axes[2].windows)
        let lines = planes(x) * depths.count * heights.count
        x.withUnsafeBufferPointer { x in
            guard let base = x.baseAddress else { return }
            let work = max(inputArea / max(depths.count * heights.count, 1), 4 * widths.count, 1)
            Parallel.run(lines, grain: max(1, (1 << 15) / work)) { range in
                for line in range {
                    let plane = line / (depths.count * heights.count)
                    let depth = depths[line / heights.count % depths.count]
                    let height = heights[line % heights.count]
                    for w in widths.indices {
                        body(base + plane * inputArea, depth, height, widths[w], line * widths.count + w)
                    }
                }
            }
        }
    }
}
