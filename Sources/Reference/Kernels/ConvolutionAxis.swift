/// One spatial axis of a convolution, as classes of output positions that meet the same elements of the kernel.
///
/// A convolution has one class. A transposed convolution of stride s has up to s: output o reads the input through the
/// kernel elements k with o + padding − k·dilation divisible by s, which depend on o mod s alone (Dumoulin and Visin,
/// *A guide to convolution arithmetic for deep learning*, 2016).
struct ConvolutionAxis: Sendable {
    /// A kernel element and where it reads: position q of the phase reads input q·inputStep + shift.
    struct Tap: Sendable {
        var element: Int
        var shift: Int
    }

    /// Output positions first, first + step, … (count of them) with their common taps.
    struct Phase: Sendable {
        var first: Int
        var step: Int
        var count: Int
        var inputStep: Int
        var taps: [Tap]
    }

    /// The window's parameters along one axis.
    struct Window: Sendable {
        var kernel = 1
        var stride = 1
        var dilation = 1
        /// Zeros before and behind the input.
        var padding = (low: 0, high: 0)
    }

    let input: Int
    /// The output's extent; not positive where the window does not fit.
    let output: Int
    let kernel: Int
    let phases: [Phase]

    /// A convolution's axis.
    init(input: Int, _ window: Window) {
        let reach = window.dilation * (window.kernel - 1) + 1
        let room = input + window.padding.low + window.padding.high - reach
        let output = room < 0 ? 0 : room / window.stride + 1
        (self.input, self.output, kernel) = (input, output, window.kernel)
        let taps = (0..<window.kernel).map { Tap(element: $0, shift: $0 * window.dilation - window.padding.low) }
        phases = [Phase(first: 0, step: 1, count: output, inputStep: window.stride, taps: taps)]
    }

    /// A transposed convolution's axis; `extra` positions are appended to the output.
    init(transposed input: Int, _ window: Window, extra: Int) {
        let output =
            (input - 1) * window.stride - window.padding.low - window.padding.high
            + window.dilation * (window.kernel - 1) + extra + 1
        (self.input, self.output, kernel) = (input, output, window.kernel)
        phases = (0..<max(min(window.stride, output), 0)).map { first in
            let taps = (0..<window.kernel).compactMap { element -> Tap? in
                let distance = first + window.padding.low - element * window.dilation
                guard distance % window.stride == 0 else { return nil }
                return Tap(element: element, shift: distance / window.stride)
            }
            let count = (output - first + window.stride - 1) / window.stride
            return Phase(first: first, step: window.stride, count: count, inputStep: 1, taps: taps)
        }
    }
}
