/// One spatial axis of a pooling operator: which input elements each output position covers.
struct PoolingAxis: Sendable {
    /// Input positions start, start + step, … below end; all lie in the input.
    struct Window: Sendable {
        var start: Int
        var end: Int
        /// Positions of the window with the padding it covers.
        var paddedCount: Int
    }

    let input: Int
    /// The distance of neighbours in a window.
    let step: Int
    /// One window per output position.
    let windows: [Window]

    /// Windows of a fixed size; with `roundsUp` (ceil mode) a last window may reach over the border, if it starts inside
    /// the input or the padding before it.
    init(
        input: Int, kernel: Int, stride: Int, padding: Int = 0, dilation: Int = 1, roundsUp: Bool = false
    ) {
        let reach = dilation * (kernel - 1) + 1
        let room = input + 2 * padding - reach
        var count = room < 0 && !roundsUp ? 0 : (room + (roundsUp ? stride - 1 : 0)) / stride + 1
        if roundsUp, (count - 1) * stride >= input + padding { count -= 1 }
        self.input = input
        step = dilation
        windows = (0..<max(count, 0)).map { position in
            let first = position * stride - padding
            // The first multiple of the step that lies in the input.
            let start = first < 0 ? first + (-first + dilation - 1) / dilation * dilation : first
            return Window(
                start: start, end: min(first + reach, input), paddedCount: min(first + reach, input + padding) - first)
        }
    }

    /// Windows that divide the input into `output` parts as equal as possible, which may overlap by one element.
    init(adaptive output: Int, input: Int) {
        self.input = input
        step = 1
        windows = (0..<output).map { position in
            let start = position * input / output
            let end = ((position + 1) * input + output - 1) / output
            return Window(start: start, end: end, paddedCount: end - start)
        }
    }
}
