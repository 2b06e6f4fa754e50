import Devices
import Foundation
import KernelIR
import Workloads

/// A time that no honest kernel can beat, whatever cache its data lie in and however clever it is; a shorter one was
/// not measured where the work was done.
///
/// It counts only what cannot be saved. Every output element is written in every call; inputs may go unread where their
/// values cannot matter. A core that retires two multiply-adds of a vector a cycle stores at most two such vectors: two
/// bytes for each operation of the measured peak. The arithmetic of one product of whole inputs in its declared type
/// cannot be saved; that of other graphs may be, by algebra. A call has at least one launch.
struct PhysicalFloor {
    /// The measured peaks may be wrong by this factor: they may have been measured on a busy machine, and fast products
    /// save a part of their multiplications.
    static let margin = 4.0

    let seconds: Double

    init(of workload: Workload, _ ceilings: Ceilings) {
        let written = Double(workload.outputTypes.map(\.byteCount).reduce(0, +))
        let storing = written / (2 * ceilings.flopsPerSecond)
        let product = Double(workload.isOneProduct ? workload.flops : 0) / ceilings.flopsPerSecond
        seconds = max(storing, product, ceilings.launchSeconds) / Self.margin
    }

    /// Why a measured time is impossible; nil where it is not.
    func finding(_ measured: Double) -> Rejection? {
        guard measured < seconds else { return nil }
        let texts = [measured, seconds].map { String(format: "%.3g µs", $0 * 1e6) }
        return Rejection(
            .cheated,
            "a call seems to take \(texts[0]); storing the outputs, multiplying and launching take \(texts[1]) at least"
        )
    }
}

extension Workload {
    /// Whether the whole graph is one dense product in single or double precision of inputs that hold any numbers.
    fileprivate var isOneProduct: Bool {
        let products: Set = ["aten.matmul.default", "aten.mm.default", "aten.bmm.default", "aten.linear.default"]
        guard let node = nodes.first, nodes.count == 1, products.contains(node.op) else { return false }
        return (inputs + parameters).allSatisfy { spec in
            [.float32, .float64].contains(spec.dtype) && domain(of: spec) == nil && node.references.contains(spec.name)
        }
    }
}
