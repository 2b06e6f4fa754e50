import KernelIR
import Workloads

/// A convolution or transposed convolution of `[batch, channels, depth, height, width]` with a kernel
/// `[out channels, channels of a group, …]` (transposed: `[channels, out channels of a group, …]`).
///
/// Each group is a matrix product of the kernel with the input's windows, of which only one panel of columns exists at a
/// time; an element is one sum over (channel, kernel element) in ascending order.
struct Convolution<Scalar: ReferenceScalar> {
    let batch: Int
    let groups: Int
    /// Channels of one group.
    let inputs: Int
    /// Output channels of one group.
    let outputs: Int
    /// Depth, height, width.
    let axes: [ConvolutionAxis]
    let isTransposed: Bool

    let inputArea: Int
    let outputArea: Int

    init(batch: Int, groups: Int, inputs: Int, outputs: Int, axes: [ConvolutionAxis], isTransposed: Bool) {
        (self.batch, self.groups, self.inputs, self.outputs) = (batch, groups, inputs, outputs)
        (self.axes, self.isTransposed) = (axes, isTransposed)
        inputArea = axes.map(\.input).reduce(1, *)
        outputArea = axes.map(\.output).reduce(1, *)
    }

    var outputShape: [Int] { [batch, groups * outputs] + axes.map(\.output) }

    /// Computes the output of shape `outputShape`; `bias` has one element per output channel.
    func evaluate(_ x: Tensor<Scalar>, weight: Tensor<Scalar>, bias: [Scalar]?) -> Tensor<Scalar> {
        Tensor(dtype: x.dtype, shape: outputShape) { out in
            for depth in axes[0].phases {
                for height in axes[1].phases {
                    for width in axes[2].phases {
                        let phase = ConvolutionPhase(self, [depth, height, width], weight.values)
                        x.values.withUnsafeBufferPointer { x in
                            if let base = x.baseAddress { phase.evaluate(base, bias: bias, into: out) }
                        }
                    }
                }
            }
        }
    }
}

/// The output positions of a convolution that share their taps.
private struct ConvolutionPhase<Scalar: ReferenceScalar> {
    /// A kernel element's shift along the three axes.
    private struct Shift {
        var depth: Int
        var height: Int
        var width: Int
    }

    /// An output position of one item: where it reads, without the taps' shifts, and where it is written.
    private struct Column {
        var item: Int
        var depth: Int
        var height: Int
        var width: Int
        var place: Int
    }

    private let shape: Convolution<Scalar>
    private let axes: [ConvolutionAxis.Phase]
    private let shifts: [Shift]
    /// The kernel as `[groups, outputs, inputs · taps]`.
    private let weights: [Scalar]
    private let length: Int

    init(_ shape: Convolution<Scalar>, _ axes: [ConvolutionAxis.Phase], _ kernel: [Scalar]) {
        (self.shape, self.axes) = (shape, axes)
        var shifts: [Shift] = []
        var elements: [Int] = []
        for depth in axes[0].taps {
            for height in axes[1].taps {
                for width in axes[2].taps {
                    shifts.append(Shift(depth: depth.shift, height: height.shift, width: width.shift))
                    elements.append(
                        (depth.element * shape.axes[1].kernel + height.element) * shape.axes[2].kernel + width.element)
                }
            }
        }
        self.shifts = shifts
        length = shape.inputs * shifts.count
        weights = Self.weights(shape, elements, kernel)
    }

    private static func weights(_ shape: Convolution<Scalar>, _ elements: [Int], _ kernel: [Scalar]) -> [Scalar] {
        let area = shape.axes.map(\.kernel).reduce(1, *)
        var weights: [Scalar] = []
        weights.reserveCapacity(shape.groups * shape.outputs * shape.inputs * elements.count)
        for group in 0..<shape.groups {
            for output in 0..<shape.outputs {
                for input in 0..<shape.inputs {
                    let pair =
                        shape.isTransposed
                        ? (group * shape.inputs + input) * shape.outputs + output
                        : (group * shape.outputs + output) * shape.inputs + input
                    for element in elements { weights.append(kernel[pair * area + element]) }
                }
            }
        }
        return weights
    }

    /// Output positions are taken panel by panel, each for a few groups at once, as all groups read the same places.
    func evaluate(_ x: UnsafePointer<Scalar>, bias: [Scalar]?, into out: UnsafeMutablePointer<Scalar>) {
        let columns = shape.batch * axes.map(\.count).reduce(1, *)
        let panels = (columns + Scalar.panelColumns - 1) / Scalar.panelColumns
        let (share, shares) = (16, (shape.groups + 15) / 16)
        let work = Scalar.panelColumns * max(length * (shape.outputs + 8), 1) * min(share, shape.groups)
        Parallel.run(shares * panels, grain: max(1, (1 << 18) / work)) { range in
            withPanel { panel in
                for task in range {
                    let (first, start) = (task / panels * share, task % panels * Scalar.panelColumns)
                    panel.locate(self, start..<min(start + Scalar.panelColumns, columns))
                    for group in first..<min(first + share, shape.groups) {
                        panel.fill(self, x, group)
                        panel.multiply(self, group, bias, into: out)
                    }
                }
            }
        }
    }

    private func withPanel(_ body: (inout Panel) -> Void) {
        let width = Scalar.panelColumns
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: width * (length + shape.outputs)) { room in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: width * (shifts.count + 1)) { indices in
                var panel = Panel(
                    values: room.baseAddress!, product: room.baseAddress! + width * length,
                    places: indices.baseAddress!, offsets: indices.baseAddress! + width, count: 0)
                body(&panel)
            }
        }
    }

    /// Room for the windows of `panelColumns` output positions and their products with the kernel.
    private struct Panel {
        var values: UnsafeMutablePointer<Scalar>
        var product: UnsafeMutablePointer<Scalar>
        /// Where each column is written, for the first channel.
        var places: UnsafeMutablePointer<Int>
        /// Where each column reads, by tap, for the first channel; −1 over the border.
        var offsets: UnsafeMutablePointer<Int>
        var count: Int

        /// Finds the places of the given columns.
        mutating func locate(_ phase: ConvolutionPhase, _ range: Range<Int>) {
            count = range.count
            let (depth, height, width) =
                (phase.shape.axes[0].input, phase.shape.axes[1].input, phase.shape.axes[2].input)
            for t in 0..<Scalar.panelColumns {
                let column = t < count ? phase.column(range.lowerBound + t) : nil
                places[t] = column?.place ?? 0
                for tap in phase.shifts.indices {
                    var offset = -1
                    if let column {
                        let d = column.depth + phase.shifts[tap].depth
                        let h = column.height + phase.shifts[tap].height
                        let w = column.width + phase.shifts[tap].width
                        let isInside = d >= 0 && d < depth && h >= 0 && h < height && w >= 0 && w < width
                        if isInside { offset = column.item + (d * height + h) * width + w }
                    }
                    offsets[tap * Scalar.panelColumns + t] = offset
                }
            }
        }

        /// Copies the windows of a group, zeros where they reach over the border.
        func fill(_ phase: ConvolutionPhase, _ x: UnsafePointer<Scalar>, _ group: Int) {
            let (area, inputs) = (phase.shape.inputArea, phase.shape.inputs)
            for tap in phase.shifts.indices {
                Scalar.gather(
                    count: inputs, x: x + group * inputs * area, stride: area,
                    offsets: offsets + tap * Scalar.panelColumns, panel: values + tap * Scalar.panelColumns,
                    step: phase.shifts.count * Scalar.panelColumns)
            }
        }

        /// Multiplies the kernel of a group by the panel and writes the output elements.
        func multiply(
            _ phase: ConvolutionPhase, _ group: Int, _ bias: [Scalar]?, into out: UnsafeMutablePointer<Scalar>
        ) {
            let (outputs, area) = (phase.shape.outputs, phase.shape.outputArea)
            phase.weights.withUnsafeBufferPointer { weights in
                // Without taps there is nothing to read: the sums are empty.
                let kernel = weights.baseAddress.map { $0 + group * outputs * phase.length } ?? UnsafePointer(values)
                Scalar.multiplyPanel(
                    m: outputs, k: phase.length, a: kernel, panel: values, c: product, row: Scalar.panelColumns,
                    width: count)
            }
            for output in 0..<outputs {
                let channel = group * outputs + output
                let shift = bias?[channel] ?? 0
                let line = product + output * Scalar.panelColumns
                for t in 0..<count { (out + places[t] + channel * area).initialize(to: line[t] + shift) }
            }
        }
    }

    /// Column c: output positions of item 0, then of item 1, …
    @inline(__always)
    private func column(_ index: Int) -> Column {
        var rest = index
        let w = rest % axes[2].count
        rest /= axes[2].count
        let h = rest % axes[1].count
        rest /= axes[1].count
        let d = rest % axes[0].count
        let item = rest / axes[0].count * shape.groups
        let line =
            (axes[0].first + d * axes[0].step) * shape.axes[1].output + axes[1].first + h * axes[1].step
        return Column(
            item: item * shape.inputs * shape.inputArea, depth: d * axes[0].inputStep,
            height: h * axes[1].inputStep, width: w * axes[2].inputStep,
            place: item * shape.outputs * shape.outputArea + line * shape.axes[2].output + axes[2].first
                + w * axes[2].step)
    }
}
