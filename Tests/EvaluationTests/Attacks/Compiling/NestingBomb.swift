import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// Expressions nested deeper than a parser's stack.
    static let nestingBomb = Attack(
        "nesting bomb", on: .relu, source: "derived: denial of service",
        aim: "expressions nested deeper than a parser's stack",
        .ends([.timedOut, .outOfMemory, .compileError])
    ) {
        $0.sources[0].content += "\n__constant int n = " + String(repeating: "(", count: 200_000) + "1;"
    }
}
