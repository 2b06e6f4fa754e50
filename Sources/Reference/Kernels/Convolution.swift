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

    var inputArea: Int { axes.map(\.input).reduce(1, *) }
    var outputArea: Int { axes.map(\.output).reduce(1, *) }
    var kernelArea: Int { axes.map(\.kernel).reduce(1, *) }
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
        var item = 0
        var depth = 0
        var height = 0
        var width = 0
        var place = 0
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
        let area = shape.kernelArea
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

    func evaluate(_ x: UnsafePointer<Scalar>, bias: [Scalar]?, into out: UnsafeMutablePointer<Scalar>) {
        let columns = shape.batch * axes.map(\.count).reduce(1, *)
        let panels = (columns + Scalar.panelColumns - 1) / Scalar.panelColumns
        let work = Scalar.panelColumns * max(length * (shape.outputs + 8), 1)
        Parallel.run(shape.groups * panels, grain: max(1, (1 << 18) / work)) { range in
            withPanel { panel in
                for task in range {
                    let (group, first) = (task / panels, task % panels * Scalar.panelColumns)
                    panel.fill(self, x, group, first..<min(first + Scalar.panelColumns, columns))
                    panel.multiply(self, group, bias, into: out)
                }
            }
        }
    }

    private func withPanel(_ body: (inout Panel) -> Void) {
        let width = Scalar.panelColumns
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: width * (length + shape.outputs)) { room in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: width) { offsets in
                withUnsafeTemporaryAllocation(of: Column.self, capacity: width) { columns in
                    columns.initialize(repeating: Column())
                    var panel = Panel(
                        values: room.baseAddress!, product: room.baseAddress! + width * length,
                        offsets: offsets.baseAddress!, columns: columns.baseAddress!, count: 0)
                    body(&panel)
                }
            }
        }
    }

    /// Room for the windows of `panelColumns` output positions and their products with the kernel.
    private struct Panel {
        var values: UnsafeMutablePointer<Scalar>
        var product: UnsafeMutablePointer<Scalar>
        var offsets: UnsafeMutablePointer<Int>
        var columns: UnsafeMutablePointer<Column>
        var count: Int

        /// Copies the windows of the given columns, zeros where they reach over the border.
        mutating func fill(
            _ phase: ConvolutionPhase, _ x: UnsafePointer<Scalar>, _ group: Int, _ range: Range<Int>
        ) {
            count = range.count
            for (t, column) in zip(0..<count, range) { columns[t] = phase.column(column, group) }
            let (depth, height, width) =
                (phase.shape.axes[0].input, phase.shape.axes[1].input, phase.shape.axes[2].input)
            let row = phase.shifts.count * Scalar.panelColumns
            for t in count..<Scalar.panelColumns { offsets[t] = -1 }
            for tap in phase.shifts.indices {
                let shift = phase.shifts[tap]
                for t in 0..<count {
                    let column = columns[t]
                    let (d, h, w) =
                        (column.depth + shift.depth, column.height + shift.height, column.width + shift.width)
                    let isInside = d >= 0 && d < depth && h >= 0 && h < height && w >= 0 && w < width
                    offsets[t] = isInside ? column.item + (d * height + h) * width + w : -1
                }
                Scalar.gather(
                    count: phase.shape.inputs, x: x, stride: depth * height * width, offsets: offsets,
                    panel: values + tap * Scalar.panelColumns, step: row)
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
                let shift = bias?[group * outputs + output] ?? 0
                let line = product + output * Scalar.panelColumns
                for t in 0..<count { (out + columns[t].place + output * area).initialize(to: line[t] + shift) }
            }
        }
    }

    /// Column c of a group: output positions of item 0, then of item 1, …
    @inline(__always)
    private func column(_ index: Int, _ group: Int) -> Column {
        var rest = index
        let w = rest % axes[2].count
        rest /= axes[2].count
        let h = rest % axes[1].count
        rest /= axes[1].count
        let d = rest % axes[0].count
        let item = rest / axes[0].count * shape.groups + group
        let line =
            (axes[0].first + d * axes[0].step) * shape.axes[1].output + axes[1].first + h * axes[1].step
        return Column(
            item: item * shape.inputs * shape.inputArea, depth: d * axes[0].inputStep,
            height: h * axes[1].inputStep, width: w * axes[2].inputStep,
            place: item * shape.outputs * shape.outputArea + line * shape.axes[2].output + axes[2].first
                + w * axes[2].step)
    }
}
