import KernelIR
import Rendering
import Testing

@testable import Devices

/// Copies between host and device, and times.
@Suite(.enabled(if: EmulatedCUDA.hasCompiler, EmulatedCUDA.missing))
struct CUDAPlanTests {
    private static let count = 64

    /// `t = w²` once, then `y = t + x` in every run; `y[0]` is left as it is.
    private static let solution = EmulatedCUDA.solution(
        """
        extern "C" __global__ void prepare(const float *w, float *t) {
            t[threadIdx.x] = w[threadIdx.x] * w[threadIdx.x];
        }
        extern "C" __global__ void add(const float *x, const float *t, float *y) {
            if (threadIdx.x > 0) y[threadIdx.x] = t[threadIdx.x] + x[threadIdx.x];
        }
        """, scratch: [.init(name: "t", bytes: 4 * count)],
        [
            .init(
                kernel: "prepare", phase: .prepare, grid: [1], block: [count],
                arguments: [.parameter("w"), .scratch("t")]),
            .init(kernel: "add", grid: [1], block: [count], arguments: [.input("x"), .scratch("t"), .output("y")]),
        ])

    /// The solution on x = 1, w = 2, t = −1, y = −2, and its buffers.
    private func load(
        _ memory: HostMemory
    ) throws -> (plan: CUDAPlan, buffers: [BufferName: UnsafeMutableRawBufferPointer]) {
        func filled(_ value: Float) -> UnsafeMutableRawBufferPointer {
            memory.floats(Array(repeating: value, count: Self.count))
        }
        let buffers: [BufferName: UnsafeMutableRawBufferPointer] = [
            .input("x"): filled(1), .parameter("w"): filled(2), .scratch("t"): filled(-1), .output("y"): filled(-2),
        ]
        let device = try EmulatedCUDA.device()
        let plan = try device.load(Self.solution, try device.compile(Self.solution).binary, buffers: buffers)
        return (try #require(plan as? CUDAPlan), buffers)
    }

    private func failure(_ work: () throws -> Void) -> DeviceFailure? {
        #expect(throws: DeviceFailure.self) { try work() }
    }

    private func output(_ first: Float, _ rest: Float) -> [Float] {
        [first] + Array(repeating: rest, count: Self.count - 1)
    }

    @Test func inputsAndOutputsAreTakenAsTheyAreWhenARunBegins() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let (plan, buffers) = try load(memory)
        let (x, y) = (try #require(buffers[.input("x")]), try #require(buffers[.output("y")]))
        try plan.run(count: 1, prepare: true)
        #expect(y.floats == output(-2, 5))
        x.set { _ in 10 }
        y.set { _ in -3 }
        try plan.run(count: 2, prepare: true)
        #expect(y.floats == output(-3, 14))
    }

    @Test func whatWasPreparedStaysOnTheDevice() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let (plan, buffers) = try load(memory)
        let (w, y) = (try #require(buffers[.parameter("w")]), try #require(buffers[.output("y")]))
        try plan.run(count: 1, prepare: true)
        w.set { _ in 3 }
        try plan.run(count: 1, prepare: false)
        #expect(y.floats == output(-2, 5))
        try plan.run(count: 1, prepare: true)
        #expect(y.floats == output(-2, 10))
        // Scratch is the device's own.
        #expect(buffers[.scratch("t")]?.floats == Array(repeating: -1, count: Self.count))
    }

    @Test func otherMemoryIsBound() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let (plan, first) = try load(memory)
        var second = first
        second[.input("x")] = memory.floats(Array(repeating: 100, count: Self.count))
        second[.output("y")] = memory.floats(Array(repeating: 0, count: Self.count))
        try plan.bind(second)
        try plan.run(count: 1, prepare: true)
        #expect(second[.output("y")]?.floats == output(0, 104))
        #expect(first[.output("y")]?.floats == output(-2, -2))
        second[.input("x")] = memory.floats([1])
        #expect(throws: DeviceFailure.self) { try plan.bind(second) }
    }

    @Test func attachedSetsRunInOneGo() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let (plan, bound) = try load(memory)
        let sets = (1...3).map { number in
            (
                x: memory.floats(Array(repeating: Float(number), count: Self.count)),
                y: memory.floats(Array(repeating: 0, count: Self.count))
            )
        }
        for set in sets { try plan.attach([.input("x"): set.x, .output("y"): set.y]) }
        try plan.runAttached(prepare: true)
        #expect(sets.map { $0.y.floats } == (1...3).map { output(0, 4 + Float($0)) })
        #expect(bound[.output("y")]?.floats == output(-2, -2))
        #expect((plan.deviceSeconds ?? 0) > 0)
    }

    @Test func everyLaunchHasATime() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let (plan, buffers) = try load(memory)
        let all = try plan.timeLaunches(prepare: true)
        #expect(all.count == 2 && all.allSatisfy { $0 > 0 })
        let run = try plan.timeLaunches(prepare: false)
        #expect(run.count == 2 && run[0] == 0 && run[1] > 0)
        #expect(buffers[.output("y")]?.floats == output(-2, 5))
        #expect(plan.deviceSeconds == 0)
        try plan.run(count: 1, prepare: false)
        #expect((plan.deviceSeconds ?? 0) > 0)
    }

    @Test func aBufferThatIsNotThereIsNamed() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let device = try EmulatedCUDA.device()
        let x = memory.floats(Array(repeating: 0, count: 1000))
        let error = #expect(throws: DeviceFailure.self) {
            _ = try device.load(
                EmulatedCUDA.map(), try device.compile(EmulatedCUDA.map()).binary, buffers: [.input("x"): x])
        }
        guard case .invalidPlan(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("unknown") && text.contains("y"))
    }

    /// A store far beyond its buffer: the launch fails, and with it everything that this process asks afterwards.
    @Test func aFailedKernelEndsTheDeviceForTheProcess() throws {
        let solution = EmulatedCUDA.solution(
            "extern \"C\" __global__ void f(float *y, long long i) { y[i] = 1.0f; }",
            [.init(kernel: "f", grid: [1], block: [1], arguments: [.output("y"), .scalar(.int64, 1_048_576)])])
        let memory = HostMemory()
        defer { memory.free() }
        let y = memory.floats([7])
        let device = try EmulatedCUDA.device("cuda:3")
        let plan = try device.load(solution, try device.compile(solution).binary, buffers: [.output("y"): y])
        let failures = [
            failure { try plan.run(count: 1, prepare: true) },
            failure { _ = try plan.timeLaunches(prepare: true) },
            failure { _ = try device.compile(EmulatedCUDA.map()) },
            failure { _ = try EmulatedCUDA.device("cuda:3").compile(EmulatedCUDA.map()) },
        ]
        for failure in failures {
            guard case .deviceLost(let text)? = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(text.contains("CUDA_ERROR_ILLEGAL_ADDRESS") && text.contains("new process"), "\(text)")
        }
        #expect(y.floats == [7])
    }
}
