import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A source path that climbs out of its folder.
    static let escapingPath = Attack(
        "escaping path", on: .relu, source: "FlashInfer-Bench, which rejects such paths",
        aim: "a source path that climbs out of its folder",
        .ends([.invalidPlan])
    ) {
        $0.sources[0].path = "../../tmp/k.cl"
    }
}
