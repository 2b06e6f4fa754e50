import Devices
import KernelIR
import Rendering
import Testing

@testable import Workers

extension WorkerSuites {
    @Suite(.serialized) struct CandidateTests {
        @Test func aCorrectKernelWritesItsOutput() async throws {
            let fixture = try Fixture()
            let candidate = try await fixture.start(Fixture.solution("y[i] = w[0] * x[i] + 1;"))
            defer { candidate.stop() }
            let time = try await candidate.run(count: 3, prepare: true, deadline: .seconds(60)).get()
            #expect(time > .zero)
            candidate.pause()
            #expect(candidate.inspect() == nil)
            #expect(Array(Fixture.floats(fixture.buffers, "y")) == (0..<Fixture.count).map { 3 * Float($0) + 1 })
            #expect(fixture.host.isSandboxed)
        }
    }
}
