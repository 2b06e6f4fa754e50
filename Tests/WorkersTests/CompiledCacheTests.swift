import Devices
import Rendering
import Testing

@testable import Workers

/// Equal sources are compiled once.
@Suite struct CompiledCacheTests {
    private func compiled(_ solution: Solution, bytes: Int = 10) -> Result<CompiledSolution, WorkerFailure> {
        .success(
            CompiledSolution(
                solution: solution, binary: ProgramBinary(device: "d", bytes: Array(repeating: 1, count: bytes)),
                log: "", driverSeconds: 3, totalSeconds: 4))
    }

    @Test func whatIsKnownComesBackFreeAsTheAskersOwn() throws {
        var cache = CompiledCache(byteLimit: 1 << 20)
        let first = Fixture.solution("y[i] = x[i];")
        cache.keep(compiled(first), of: first)
        var second = first
        second.author = "another"
        let taken = cache.take(second)
        let found = try #require(taken).get()
        #expect(found.solution == second && found.driverSeconds == 0 && found.totalSeconds == 0)
        #expect(found.binary.bytes.count == 10)
        let again = cache.take(second)
        #expect(again != nil)
    }

    @Test func otherSourcesOptionsOrPlansAreUnknown() {
        var cache = CompiledCache(byteLimit: 1 << 20)
        let first = Fixture.solution("y[i] = x[i];")
        cache.keep(compiled(first), of: first)
        var (otherOptions, otherPlan) = (first, first)
        otherOptions.options = ["-cl-fast-relaxed-math"]
        otherPlan.launches[0].kernel = "other"
        for other in [Fixture.solution("y[i] = 2 * x[i];"), otherOptions, otherPlan] {
            let taken = cache.take(other)
            #expect(taken == nil)
        }
    }

    @Test func aFailureIsToldOnce() {
        var cache = CompiledCache(byteLimit: 1 << 20)
        let solution = Fixture.solution("nothing")
        cache.keep(.failure(.timedOut(seconds: 1)), of: solution)
        guard case .failure(.timedOut)? = cache.take(solution) else {
            Issue.record("the failure was not kept")
            return
        }
        let again = cache.take(solution)
        #expect(again == nil)
    }

    private func known(_ solutions: [Solution], _ cache: inout CompiledCache) -> [Bool] {
        solutions.map { solution in
            let taken = cache.take(solution)
            return taken != nil
        }
    }

    @Test func theOldestMakesRoom() {
        let solutions = (0..<4).map { Fixture.solution("y[i] = x[i] * \($0);") }
        let size = solutions[0].sources[0].content.utf8.count + 1000
        var cache = CompiledCache(byteLimit: 3 * size)
        for solution in solutions { cache.keep(compiled(solution, bytes: 1000), of: solution) }
        #expect(known(solutions, &cache) == [false, true, true, true])
        // What outgrows the whole cache leaves the others in it.
        cache.keep(compiled(solutions[0], bytes: 4000), of: solutions[0])
        #expect(known(solutions, &cache) == [false, true, true, true])
        // Kept again, it counts once.
        for _ in 0..<5 { cache.keep(compiled(solutions[3], bytes: 1000), of: solutions[3]) }
        #expect(known(solutions, &cache) == [false, true, true, true])
    }
}
