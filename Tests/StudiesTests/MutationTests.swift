import KernelIR
import Rendering
import Testing

@testable import Studies

@Suite struct MutationTests {
    @Test func namesAreUnique() {
        let names = MutationCatalog.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func everyMutationDiffersFromTheProgram() throws {
        for name in ["softmax-prime", "product-bias-relu", "argmax-prime"] {
            let program = try Programs.plainLoops(name)
            for mutator in MutationCatalog.all {
                let mutations = program.mutations(by: mutator)
                #expect(mutations.allSatisfy { $0.program != program }, "\(mutator.name) on \(name)")
                #expect(Set(mutations.map(\.program)).count == mutations.count, "\(mutator.name) on \(name)")
            }
        }
    }

    @Test func aFaultIsInOnePlace() throws {
        // `x - m` of a softmax is the one difference of both its stages.
        let program = try Programs.plainLoops("softmax-prime")
        let swapped = program.mutations(by: SwappedOperands()).filter { $0.place.contains("subtract") }
        #expect(!swapped.isEmpty)
        for mutation in swapped {
            let changed = zip(program.kernels, mutation.program.kernels).filter { $0 != $1 }
            #expect(changed.count == 1)
        }
    }

    @Test func loopsEndTooEarlyOrLate() throws {
        let program = LoopProgram(
            name: "p", buffers: [Buffer("y", shape: [8], role: .output)],
            kernels: [
                Kernel(
                    name: "k", grid: [],
                    body: [
                        .loop(
                            axis: "i", start: 0, end: 8, kind: .serial,
                            body: [.store([Store("y", [.axis("i")], .float(2))])])
                    ])
            ])
        let ends = program.mutations(by: BoundOffByOne()).map { mutation -> [Int] in
            guard case .loop(_, let start, let end, _, _) = mutation.program.kernels[0].body[0] else { return [] }
            return [start, end]
        }
        #expect(ends == [[0, 7], [1, 8], [0, 9]])
        #expect(program.mutations(by: HalfTheWork()).count == 1)
        #expect(program.mutations(by: DroppedStore()).isEmpty, "a constant is no result")
    }

    @Test func launchesAreDroppedAndSwapped() throws {
        let program = try Programs.plainLoops("softmax-prime")
        #expect(program.kernels.count > 1)
        #expect(program.mutations(by: DroppedLaunch()).count == program.kernels.count)
        #expect(program.mutations(by: SwappedLaunches()).count == program.kernels.count - 1)
    }

    @Test func parametersGoUnread() throws {
        let program = try Programs.plainLoops("layer-norm-prime")
        let places = program.mutations(by: UnreadParameter()).map(\.place)
        #expect(places.contains { $0.hasSuffix("in place of w") } && places.contains { $0.hasSuffix("in place of b") })
    }
}
