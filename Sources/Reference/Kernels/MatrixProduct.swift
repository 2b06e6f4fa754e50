import Workloads

/// Products of row-major matrices.
enum MatrixProduct {
    /// `[batch, m, k] · [batch or 1, k, n]`, all contiguous; sums run over k in ascending order.
    ///
    /// A right operand `[batch or 1, n, k]` is read as it lies where `isTransposed`: weights may fill half the memory.
    static func multiply<Scalar: ReferenceScalar>(
        _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, isTransposed: Bool = false, batch: Int, m: Int, n: Int, k: Int,
        shape: [Int]
    ) -> Tensor<Scalar> {
        let sharesRight = b.values.count == k * n
        if batch > 1, sharesRight {
            return multiply(a, b, isTransposed: isTransposed, batch: 1, m: batch * m, n: n, k: k, shape: shape)
        }
        let panel = Scalar.panelColumns
        let panels = (n + panel - 1) / panel
        return Tensor(dtype: a.dtype, shape: shape) { out in
            out.initialize(repeating: 0, count: batch * m * n)
            a.values.withUnsafeBufferPointer { left in
                b.values.withUnsafeBufferPointer { right in
                    guard k > 0, let left = left.baseAddress, let right = right.baseAddress else { return }
                    Parallel.run(batch * panels, grain: max(1, (1 << 18) / max(m * k * panel, 1))) { range in
                        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: panel * k) { room in
                            for task in range {
                                let (item, start) = (task / panels, task % panels * panel)
                                Scalar.multiply(
                                    m: m, n: n, k: k, a: left + item * m * k, b: right + item * k * n,
                                    isTransposed: isTransposed,
                                    c: out + item * m * n, columns: start..<min(start + panel, n),
                                    panel: room.baseAddress!)
                            }
                        }
                    }
                }
            }
        }
    }
}
