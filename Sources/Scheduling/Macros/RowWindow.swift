import KernelIR

/// A window that slides down the rows of a convolution whose input channels have one output channel each.
///
/// Such a convolution has no channels that a loaded vector could serve, but rows of results share rows of input: 8 rows
/// under 3 taps read 10. With the taps written out beside the rows, each of these is loaded once.
struct RowWindow {
    /// The reduced axis that steps through the taps.
    let taps: Axis
    /// Rows of input between neighbouring rows of results, and between neighbouring taps.
    let stride: Int
    let dilation: Int

    /// Rows of input under some neighbouring rows of results.
    func rowsRead(by rows: Int) -> Int {
        Set((0..<rows).flatMap { row in (0..<taps.extent).map { row * stride + $0 * dilation } }).count
    }
}

extension Convolution {
    /// The most taps that are written out.
    private static let mostTaps = 7

    /// The window along the rows in registers; `nil` where channels share what is loaded, and where the taps are many or
    /// all there is to walk.
    func rowWindow(for lanes: ConvolutionCPU.Lanes, _ stage: Stage) -> RowWindow? {
        guard lanes == .places, m == nil, phases.isEmpty, stage.reduceAxes.count > 1,
            let rows = rows(for: lanes)?.axis
        else { return nil }
        for index in input.indices where !index.hidesAxis(rows.name) && index.coefficient(of: rows.name) > 0 {
            let taps = stage.reduceAxes.first { axis in
                (2...Self.mostTaps).contains(axis.extent) && !index.hidesAxis(axis.name)
                    && index.coefficient(of: axis.name) > 0
            }
            guard let taps else { continue }
            return RowWindow(
                taps: taps, stride: index.coefficient(of: rows.name), dilation: index.coefficient(of: taps.name))
        }
        return nil
    }
}
