import Devices
import KernelIR
import Scheduling
import Testing

@testable import Policies

@Suite struct LeastWorkTests {
    private let i = Index.axis("i")
    private let j = Index.axis("j")

    /// A CPU without caches.
    private var bare: TargetProfile {
        var target = TargetProfile.genericAVX512
        (target.l1Bytes, target.l2Bytes, target.l3Bytes) = (0, 0, 0)
        return target
    }

    private func work(
        _ program: TensorProgram, _ schedule: Schedule = [], on target: TargetProfile
    ) throws -> LeastWork {
        LeastWork(try ScheduleState(program, target: target).applying(schedule).lowered(), target: target)
    }

    /// One kernel over inputs `x` and `w` of 168 elements each and an output `y`.
    private func work(_ body: [Statement], grid: [Axis] = [], math: MathMode = .exact) -> LeastWork {
        let inputs = ["x", "w"].map { Buffer($0, shape: [168], role: .input) }
        let program = LoopProgram(
            name: "kernel", buffers: inputs + [Buffer("y", shape: [480], role: .output)],
            kernels: [Kernel(name: "kernel", grid: grid, body: body, math: math)])
        return LeastWork(program, target: bare)
    }

    private func loop(_ axis: String, _ extent: Int, _ body: [Statement]) -> Statement {
        .loop(axis: axis, start: 0, end: extent, kind: .serial, body: body)
    }

    private func product(at index: Index) -> Expr { Expr.load("x", [index]) * Expr.load("w", [index]) }

    @Test func aProductMultipliesAndAddsOnceATerm() throws {
        let program = PolicyPrograms.product(12, 96, 40)
        let work = try work(program, on: bare)
        #expect(work.multiplications == 12 * 96 * 40)
        #expect(work.additions == 12 * 96 * 40)
        // Four bytes of each element: 12 · 40 and 40 · 96 are read, 12 · 96 written.
        #expect(work.memoryBytes == 1920 + 15360 + 4608)
    }

    @Test func cachesMayKeepWhatIsReadAndWritten() throws {
        let program = PolicyPrograms.product(12, 96, 40)
        var target = bare
        target.l3Bytes = 1024
        // Two caches, one a core: 2048 bytes of 17280 that are read, and of 4608 that are written.
        #expect(try work(program, on: target).memoryBytes == 15232 + 2560)
        #expect(try work(program, on: .genericAVX512).memoryBytes == 0)
    }

    /// The first product is computed anew for each of a million elements of the second one.
    @Test func groupsThatRecomputeCountAThousandTimes() throws {
        let program = PolicyPrograms.twoProducts(1000)
        let recomputing: Schedule =
            ["second.m", "second.n"].map { Action.bind(Bind(stage: "second", loop: $0)) }
            + [Action.attach(Attach(stage: "first", to: "second", loop: "second.n", allowRecompute: true))]
        #expect(try work(program, on: bare).multiplications == 2e9)
        #expect(try work(program, recomputing, on: bare).multiplications == 1e12 + 1e9)
    }

    @Test func whatDoesNotDependOnALoopCountsOnce() {
        let body = loop("j", 10, [loop("i", 12, [.store([Store("y", [j * 12 + i], product(at: i))])])])
        #expect(work([body]).multiplications == 12)
        #expect(work([body], grid: [Axis("g", 4)]).multiplications == 48)
    }

    /// Ten windows of twelve that are four apart share all but four elements each, which a compiler might know.
    @Test(arguments: [(12, 160.0), (6, 80.0)])
    func windowsShareWhatTheyHaveInCommon(read: Int, multiplications: Double) {
        let place = Index.axis("g") * 40 + j * 4 + i
        let r = Index.axis("r")
        let result = Index.axis("g") * 120 + j * 12 + r
        let window = loop(
            "j", 10,
            [
                .allocate(LocalBuffer("t", .float32, shape: [12], space: .memory)),
                loop("i", 12, [.store([Store("t", [i], product(at: place))])]),
                // What is not read need not be computed.
                loop("r", read, [.store([Store("y", [result], .load("t", [r]))])]),
            ])
        #expect(work([window], grid: [Axis("g", 4)]).multiplications == multiplications)
    }

    /// What a part holds tells which loop around it the reader is in.
    @Test func readersOfPartsAreToldApart() {
        let r = Index.axis("r")
        let square = Expr.load("t", [r]) * Expr.load("t", [r])
        let body = loop(
            "j", 10,
            [
                .allocate(LocalBuffer("t", .float32, shape: [12], space: .memory)),
                loop("i", 12, [.store([Store("t", [i], .load("x", [j * 12 + i]))])]),
                loop("r", 12, [.store([Store("y", [j * 12 + r], square)])]),
            ])
        #expect(work([body]).multiplications == 120)
    }

    @Test func lanesBeyondTheEndNeedNotBeComputed() {
        let acc = Expr.load("acc", [i])
        let term = Expr.load("x", [j]) * Expr.load("w", [j * 16 + i])
        let body: [Statement] = [
            .allocate(LocalBuffer("acc", .float32, shape: [16], space: .register)),
            loop("i", 16, [.store([Store("acc", [i], .float(0))])]),
            loop("j", 10, [loop("i", 16, [.store([Store("acc", [i], acc + term)])])]),
            loop("i", 16, [.store([Store("y", [i], acc, bounds: [Bound(i, below: 8)])])]),
        ]
        #expect(work(body).multiplications == 80)
    }

    @Test func conditionsTakeTheirShare() {
        let store = Statement.store([Store("y", [i], product(at: i))])
        let guarded = loop("i", 12, [.when([Bound(i, below: 6)], then: [store], otherwise: [])])
        #expect(work([guarded]).multiplications == 6)
        // A branch may pass over either side.
        let chosen = Expr.select(.binary(.less, .load("x", [i]), .float(0)), product(at: i), .float(0))
        #expect(work([loop("i", 12, [.store([Store("y", [i], chosen)])])]).multiplications == 0)
    }

    @Test func formulasMultiplyAndLibrariesAreNotKnown() {
        let body = [loop("i", 100, [.store([Store("y", [i], .unary(.exp, .load("x", [i])))])])]
        #expect(work(body, math: .fast).multiplications == 800)
        #expect(work(body, math: .exact).multiplications == 0)
    }

    @Test(arguments: [(Buffer.Role.parameter, 100.0), (Buffer.Role.input, 200.0)])
    func whatSeesParametersAloneIsNotPartOfACall(role: Buffer.Role, multiplications: Double) {
        func kernel(_ name: String, _ left: String, _ right: String, into output: String) -> Kernel {
            let value = Expr.load(left, [i]) * Expr.load(right, [i])
            return Kernel(name: name, grid: [], body: [loop("i", 100, [.store([Store(output, [i], value)])])])
        }
        let roles: [(String, Buffer.Role)] = [("x", .input), ("p", role), ("t", .temporary), ("y", .output)]
        let program = LoopProgram(
            name: "prepared", buffers: roles.map { Buffer($0.0, shape: [100], role: $0.1) },
            kernels: [kernel("square", "p", "p", into: "t"), kernel("scale", "x", "t", into: "y")])
        #expect(LeastWork(program, target: bare).multiplications == multiplications)
    }

    @Test func secondsAreThoseOfTheBestRates() throws {
        let work = try work(PolicyPrograms.product(12, 96, 40), on: bare)
        var ceilings = Ceilings(
            copyBytesPerSecond: 21888, readBytesPerSecond: 21888, flopsPerSecond: 92160, launchSeconds: 0)
        #expect(work.arithmeticSeconds(ceilings) == 1)
        // A copy of so many bytes a second moves half as many again.
        #expect(abs(work.memorySeconds(ceilings) - 2.0 / 3) < 1e-12)
        ceilings.readBytesPerSecond = 43776
        #expect(work.memorySeconds(ceilings) == 0.5)
    }
}
