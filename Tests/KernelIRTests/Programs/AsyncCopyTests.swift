import KernelIR
import Testing

@Suite("Copies beside other work") struct AsyncCopyTests {
    private typealias P = Programs

    /// A row of x by way of shared memory, mirrored, with what stands between the copy and the reads.
    private func mirrored(_ copy: Store, _ between: [Statement]) -> LoopProgram {
        let mirror = Index(7) - .axis("l")
        return P.kernel(
            local: [Axis("l", 8)],
            [
                .allocate(LocalBuffer("s", .float32, shape: [8], space: .local)), .asyncCopy(.issue([copy])),
                .asyncCopy(.commit),
            ] + between + [P.store("y", [.axis("g"), .axis("l")], .load("s", [mirror]))])
    }

    private let copy = Store("s", [.axis("l")], .load("x", [.axis("g"), .axis("l")]))
    private let fence: [Statement] = [.asyncCopy(.wait(pending: 0)), .barrier]

    @Test func copiesAreThereBehindTheBarrier() throws {
        let program = mirrored(copy, fence)
        try program.verify()
        let x = (0..<64).map(Double.init)
        let y = try LoopProgramInterpreter.run(program, inputs: ["x": x])["y"]
        #expect(y?.prefix(8) == [7, 6, 5, 4, 3, 2, 1, 0])
    }

    @Test func withoutABarrierItemsRace() {
        let x = Array(repeating: 0.0, count: 64)
        let found = message { _ = try LoopProgramInterpreter.run(mirrored(copy, [fence[0]]), inputs: ["x": x]) }
        #expect(!found.isEmpty)
    }

    @Test func onlyLoadsOfDeviceMemoryIntoSharedMemory() {
        let computed = Store("s", [.axis("l")], .float(1))
        #expect(message { try mirrored(computed, fence).verify() }.contains("what is copied to s is computed"))
        let own = Store("s", [.axis("l")], .load("s", [.axis("l")]))
        #expect(message { try mirrored(own, fence).verify() }.contains("what is copied to s is computed"))
        let outside = Store("y", [.axis("g"), .axis("l")], .load("x", [.axis("g"), .axis("l")]))
        #expect(message { try mirrored(outside, fence).verify() }.contains("y is the target of a copy"))
        let beyond = Store("s", [.axis("l") + 1], .load("x", [.axis("g"), .axis("l")]))
        #expect(message { try mirrored(beyond, fence).verify() }.contains("index 0 of s"))
        let negative = mirrored(copy, [.asyncCopy(.wait(pending: -1)), .barrier])
        #expect(message { try negative.verify() }.contains("-1 batches"))
    }

    @Test func storesAreThoseOfTheStatement() {
        let issue = AsyncCopy.issue([copy])
        #expect(Statement.asyncCopy(issue).ownStores == [copy] && Statement.store([copy]).ownStores == [copy])
        #expect(Statement.asyncCopy(.commit).ownStores.isEmpty && Statement.barrier.ownStores.isEmpty)
        #expect(issue.mapStores { $0 + $0 }.stores == [copy, copy])
        #expect(AsyncCopy.wait(pending: 1).mapStores { _ in [copy] } == .wait(pending: 1))
    }
}
