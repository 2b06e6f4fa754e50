import Rendering
import Testing

@testable import Evaluation

/// How long a compiler may take.
@Suite struct LimitsTests {
    private func solution(bytes: Int) -> Solution {
        Solution(
            name: "s", workload: "w", target: Solution.Target(language: .opencl, profile: "p"),
            sources: [Solution.Source(path: "kernels.cl", content: String(repeating: " ", count: bytes))], launches: [],
            author: "a")
    }

    @Test(arguments: [(0, 1), (256 << 10, 1), ((256 << 10) + 1, 2), (1 << 20, 4)])
    func compilersGetTimeForTheirSource(_ bytes: Int, _ parts: Int) {
        let limits = Limits(compile: .seconds(3), start: .seconds(5), firstRun: .seconds(7), run: .seconds(11))
        let suited = limits.suiting(solution(bytes: bytes))
        #expect(suited.compile == .seconds(3 * parts))
        #expect(suited.firstRun == .seconds(7 * parts))
        #expect(suited.start == limits.start && suited.run == limits.run)
    }
}
