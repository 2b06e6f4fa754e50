import CUDAToolchain
import Foundation
import KernelIR
import Rendering
import Testing

@testable import Devices

/// The device for GPUs, from sources to results, on the emulator's library.
@Suite(.enabled(if: EmulatedCUDA.hasCompiler, EmulatedCUDA.missing))
struct CUDADeviceTests {
    @Test func aDeviceIsWhatTheDriverSays() throws {
        let device = try EmulatedCUDA.device()
        #expect(device.id == "cuda:1" && device.kind == .gpu)
        #expect(device.isEmulated && device.isPredicted && device.name.contains("emulated"))
        #expect(device.driver == "emulated CUDA driver 13.0")
        #expect(device.compiler?.hasPrefix("NVRTC ") == true)
        #expect(device.architecture == .sm(86))
        #expect(device.profile.name == "cuda-sm86" && device.profile.cores == 84 && device.profile.l3Bytes == 6 << 20)
        #expect(device.profile.matrixFormats == [.float16, .bfloat16, .tf32])
        #expect(device.limits.maxBlock == [1024, 1024, 64] && device.limits.localBytes == 99 << 10)
        #expect(device.limits.globalBytes > 0)
    }

    @Test func everyDeviceOfTheDriverIsThere() throws {
        let devices = try CUDADevice.all(toolchain: EmulatedCUDA.toolchain, library: EmulatedCUDA.library)
        #expect(devices.map(\.id) == ["cuda:0", "cuda:1", "cuda:2", "cuda:3"])
        #expect(devices.map(\.profile.cores) == [108, 84, 132, 128])
    }

    @Test func otherIdsAreTold() throws {
        #expect(
            try CUDADevice.named("sim:a6000", toolchain: EmulatedCUDA.toolchain, library: EmulatedCUDA.library) == nil)
        let error = #expect(throws: KernelwrightError.self) { _ = try EmulatedCUDA.device("cuda:7") }
        #expect(error?.code == .badInput && error?.hint?.contains("cuda:3") == true)
    }

    /// Whoever opens it: the lock is the GPU's, not the value's.
    @Test func aGPUHasOneUserAtATime() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let lock = try EmulatedCUDA.device().lock(in: folder.path, waits: false)
        _ = try EmulatedCUDA.device("cuda:0").lock(in: folder.path, waits: false)
        let error = #expect(throws: KernelwrightError.self) {
            _ = try EmulatedCUDA.device().lock(in: folder.path, waits: false)
        }
        #expect(error?.code == .badInput && error?.message.contains("in use") == true)
        withExtendedLifetime(lock) {}
    }

    @Test func aMapIsComputed() throws {
        let memory = HostMemory()
        defer { memory.free() }
        let (x, y) = (memory.floats((0..<1000).map { Float($0) }), memory.floats(Array(repeating: .nan, count: 1000)))
        let (device, solution) = (try EmulatedCUDA.device(), EmulatedCUDA.map())
        let plan = try device.load(
            solution, try device.compile(solution).binary, buffers: [.input("x"): x, .output("y"): y])
        try plan.run(count: 1, prepare: true)
        #expect(y.floats == (0..<1000).map { 0.5 * Float($0) + 1 })
    }

    /// A product in tiles of shared memory whose size is the launch's, beyond what a launch has without asking.
    @Test(arguments: [2048, 60_000])
    func aProductIsComputed(_ sharedBytes: Int) throws {
        let source = """
            extern "C" __global__ void product(const float *a, const float *b, float *c) {
                extern __shared__ float tiles[];
                float *p = tiles, *q = tiles + 256;
                int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
                int place = threadIdx.y * 16 + threadIdx.x;
                float sum = 0.0f;
                for (int k = 0; k < N; k += 16) {
                    p[place] = a[row * N + k + threadIdx.x];
                    q[place] = b[(k + threadIdx.y) * N + column];
                    __syncthreads();
                    for (int i = 0; i < 16; i++) sum += p[threadIdx.y * 16 + i] * q[i * 16 + threadIdx.x];
                    __syncthreads();
                }
                c[row * N + column] = sum;
            }
            """
        let n = 32
        let solution = EmulatedCUDA.solution(
            source, options: ["-DN=32"],
            [
                .init(
                    kernel: "product", grid: [2, 2], block: [16, 16], sharedBytes: sharedBytes,
                    arguments: [.input("a"), .parameter("b"), .output("c")])
            ])
        let memory = HostMemory()
        defer { memory.free() }
        let a = memory.floats((0..<n * n).map { Float($0 % 7) })
        let b = memory.floats((0..<n * n).map { Float($0 % 5) - 2 })
        let c = memory.floats(Array(repeating: .nan, count: n * n))
        let device = try EmulatedCUDA.device()
        let plan = try device.load(
            solution, try device.compile(solution).binary,
            buffers: [.input("a"): a, .parameter("b"): b, .output("c"): c])
        try plan.run(count: 2, prepare: true)
        let made = c.floats
        for row in 0..<n {
            for column in 0..<n {
                var right: Float = 0
                for k in 0..<n { right += Float((row * n + k) % 7) * (Float((k * n + column) % 5) - 2) }
                #expect(made[row * n + column] == right)
            }
        }
    }

    @Test func errorsOfTheCompilerNameTheLine() throws {
        let solution = EmulatedCUDA.solution(
            "extern \"C\" __global__ void f(float *y) {\n  y[0] = nothing;\n}",
            [.init(kernel: "f", grid: [1], block: [1], arguments: [.output("y")])])
        let device = try EmulatedCUDA.device()
        let error = #expect(throws: DeviceFailure.self) { _ = try device.compile(solution) }
        guard case .compileError(let log)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.contains("test.cu(2)") && log.contains("nothing"), "\(log)")
    }

    @Test func whatTheKernelsContradictIsNamed() throws {
        let few: [Solution.Argument] = [.input("x"), .output("y"), .scalar(.float32, 0.5)]
        var other = EmulatedCUDA.map()
        other.launches[0].kernel = "g"
        var high = EmulatedCUDA.map()
        high.launches[0].grid = [1, 70_000]
        let cases: [(Solution, String)] = [
            (EmulatedCUDA.map(arguments: few), "has 4 parameters, the launch gives 3"),
            (EmulatedCUDA.map(arguments: few + [.scalar(.int64, 1000)]), "parameter 3 has 4 bytes, the launch gives 8"),
            (EmulatedCUDA.map(arguments: few + [.scalar(.int32, 0.5)]), "0.5 is no int32"),
            (EmulatedCUDA.map(block: [32, 64]), "exceeds this kernel's 1024 threads"),
            (EmulatedCUDA.map(block: [1, 1, 65]), "is not within 1 and [1024, 1024, 64]"),
            (EmulatedCUDA.map(sharedBytes: 100 << 10), "bytes of shared memory exceed"),
            (other, "no kernel is called 'g'; there are map"),
            (high, "grid [1, 70000]"),
        ]
        let device = try EmulatedCUDA.device()
        for (solution, words) in cases {
            let error = #expect(throws: DeviceFailure.self) { _ = try device.compile(solution) }
            guard case .invalidPlan(let text)? = error else {
                Issue.record("\(words): \(String(describing: error))")
                continue
            }
            #expect(text.contains(words), "\(text)")
        }
    }

    @Test func otherLanguagesAndOptionsAreRefused() throws {
        let device = try EmulatedCUDA.device()
        var opencl = EmulatedCUDA.map()
        opencl.target.language = .opencl
        #expect(throws: DeviceFailure.self) { _ = try device.compile(opencl) }
        var fast = EmulatedCUDA.map()
        fast.options = ["-cl-mad-enable"]
        let error = #expect(throws: DeviceFailure.self) { _ = try device.compile(fast) }
        guard case .invalidPlan(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("-cl-mad-enable"))
    }

    @Test func anEmulatedDeviceHasNoCeilings() throws {
        let device = try EmulatedCUDA.device()
        let error = #expect(throws: KernelwrightError.self) { _ = try device.measureCeilings() }
        #expect(error?.code == .badInput && error?.message.contains("emulat") == true)
    }

    /// On few bytes; the figures are the emulator's, so nothing is asked of them but to be some.
    @Test func theKernelsOfCeilingsRun() throws {
        let device = try EmulatedCUDA.device()
        var measurement = CUDACeilingMeasurement(device: device, bytes: 1 << 16)
        (measurement.steps, measurement.repetitions, measurement.launches, measurement.blocks) = (2, 2, 3, 1)
        let ceilings = try measurement.measure()
        let rates = [
            ceilings.copyBytesPerSecond, ceilings.readBytesPerSecond, ceilings.flopsPerSecond, ceilings.launchSeconds,
        ]
        #expect(rates.allSatisfy { $0 > 0 && $0.isFinite }, "\(ceilings)")
    }

    @Test func theKernelsOfCeilingsDoWhatTheyAreTimedFor() throws {
        let solution = EmulatedCUDA.solution(
            CUDACeilingMeasurement.source,
            [
                .init(
                    kernel: "copy", grid: [2], block: [32],
                    arguments: [.input("x"), .output("y"), .scalar(.int64, 100)]),
                .init(
                    kernel: "read", grid: [1], block: [32],
                    arguments: [.input("x"), .output("sums"), .scalar(.int64, 100)]),
                .init(
                    kernel: "arithmetic", grid: [1], block: [32],
                    arguments: [
                        .output("results"), .scalar(.float32, 2), .scalar(.float32, 1), .scalar(.int32, 3),
                    ]),
            ])
        let memory = HostMemory()
        defer { memory.free() }
        let x = memory.floats((0..<400).map { Float($0) })
        let (y, sums) = (memory.floats(Array(repeating: 0, count: 400)), memory.floats(Array(repeating: 0, count: 32)))
        let results = memory.floats(Array(repeating: 0, count: 32))
        let device = try EmulatedCUDA.device()
        let plan = try device.load(
            solution, try device.compile(solution).binary,
            buffers: [.input("x"): x, .output("y"): y, .output("sums"): sums, .output("results"): results])
        try plan.run(count: 1, prepare: true)
        #expect(y.floats == x.floats)
        #expect(sums.floats.reduce(0, +) == 399 * 200)
        // Three steps take v to 8 v + 7; the eight accumulators of thread t begin at t … t + 7.
        let expected = (0..<32).map { (thread: Int) -> Float in Float(8 * (8 * thread + 28) + 8 * 7) }
        #expect(results.floats == expected)
    }
}
