import KernelIR
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Doubled inputs") struct DoublingCheckTests {
    private func buffers() throws -> BufferSet {
        try BufferSet([
            BufferSpec(name: "x", role: .input, dtype: .float32, shape: [4]),
            BufferSpec(name: "y", role: .output, dtype: .float32, shape: [4]),
        ])
    }

    @Test("outputs that do not grow with the inputs are found, in any bit")
    func finding() throws {
        let check = try #require(DoublingCheck(try Suite.workload(id: "kernelbench/1/19", size: .tiny)))
        let buffers = try buffers()
        buffers.bytes(of: "x")?.copyBytes(from: [Float(-1), 0.1, 3, 0].withUnsafeBytes { Array($0) })
        buffers.map { max($0, 0) }
        let before = OutputCopy(buffers)
        before.take(from: buffers)
        #expect(check.finding(buffers, before: before)?.status == .wrongValues)
        check.double(buffers)
        buffers.map { max($0, 0) }
        #expect(check.finding(buffers, before: before) == nil)
        buffers.map { max($0.nextUp, 0) }
        #expect(check.finding(buffers, before: before)?.message.contains("element 1 is") == true)
    }

    @Test("a candidate that knows inputs when it sees them is found out by those that nobody has seen")
    func recognition() async throws {
        let sessions = JudgingSessionTests()
        // Right while no input is larger than any that was drawn; what is larger it takes for what it has seen.
        let bounded = Behaviour { buffers, _ in
            buffers.map { min(max($0, 0), 4.5) }
            return .success(.milliseconds(1))
        }
        let verdict = try await sessions.session(["it": bounded]).certify(sessions.solution("it"))
        #expect(verdict.status == .wrongValues)
        #expect(verdict.message?.contains("doubled inputs") == true, "\(verdict.message ?? "")")
    }
}
