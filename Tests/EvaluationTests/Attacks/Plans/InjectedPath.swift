import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A source path that smuggles a directive in.
    static let injectedPath = Attack(
        "injected path", on: .relu, source: "derived: directive injection",
        aim: "a source path that smuggles a directive in",
        .ends([.invalidPlan])
    ) {
        $0.sources[0].path = "k.cl\"\n#include \"/etc/passwd"
    }
}
