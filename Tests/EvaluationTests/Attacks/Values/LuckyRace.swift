import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// Groups add to one place without an order and hope.
    static let luckyRace = Attack(
        "race by luck", on: .sum, source: "derived: racy kernels that pass by luck",
        aim: "groups add to one place without an order and hope",
        .races,
        body: """
            for (int r = 0; r < 8; r++) {
                float q = 0;
                for (int k = 0; k < 64; k++) q += x[r * 4096 + i * 64 + k];
                float old = y[r];
                for (volatile int n = 0; n < 20000; n++) {}
                y[r] = old + q;
            }
            """
    ) {
        $0.sources[0].content += "\n__kernel void clear(__global float *y) { y[get_global_id(0)] = 0; }"
        $0.launches[0].grid = [64]
        $0.launches.insert(.init(kernel: "clear", grid: [8], block: [1], arguments: [.output("y")]), at: 0)
    }
}
