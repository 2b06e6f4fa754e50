import CUDAToolchain
import FoundationEssentials
import KernelIR
import Rendering
import SIMT
import Testing

@testable import Devices

@Suite("Predictions as values") struct PredictionValueTests {
    private func launch(_ kernel: String, seconds: Double) -> LaunchPrediction {
        LaunchPrediction(
            kernel: kernel, predictedSeconds: seconds, limit: "dram",
            evidence: [.init(name: "dramReadBytes", value: 0x1p20, unit: "bytes")], occupancy: 0.5,
            limiter: "registers", registers: 64, spillBytes: nil, waves: 2.5, coverage: 0.1, source: "sass",
            regions: [.init(name: "k.cu:3", share: 0.75)])
    }

    @Test("launches add up, the longest is named with what bounds it")
    func sentence() {
        let plan = PlanPrediction(
            device: "sim:a6000", launches: [launch("f", seconds: 1e-6), launch("g", seconds: 3e-6)])
        #expect(abs(plan.predictedSeconds - 4e-6) < 1e-18)
        for part in ["75 % of the predicted time is g", "dram", "k.cu:3", "dramReadBytes = 1.05e+06 bytes"] {
            #expect(plan.bottleneck.contains(part), "\(plan.bottleneck)")
        }
        #expect(PlanPrediction(device: "sim:a6000", launches: []).predictedSeconds == 0)
    }

    @Test("predictions survive JSON")
    func coding() throws {
        let plan = PlanPrediction(device: "sim:a6000", launches: [launch("f", seconds: 1e-6)])
        let data = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(PlanPrediction.self, from: data) == plan)
    }

    @Test("records from before regions had counters, and programs from before copies had waits, are still read")
    func older() throws {
        let region = try JSONDecoder().decode(
            LaunchPrediction.Region.self, from: Data(#"{"name":"k.cu:3","share":0.5}"#.utf8))
        #expect(region == LaunchPrediction.Region(name: "k.cu:3", share: 0.5))
        var newer = region
        newer.counters = [.init(name: "barriersPerWarp", value: 2, unit: "barriers")]
        #expect(try JSONDecoder().decode(LaunchPrediction.Region.self, from: JSONEncoder().encode(newer)) == newer)
        var cost = CodeCost()
        cost.longWaits = 2
        cost.copyWaits = 0.5
        let text = String(decoding: try JSONEncoder().encode(cost), as: UTF8.self)
        let old = text.replacing("copyWaits", with: "other")
        #expect(old != text)
        let read = try JSONDecoder().decode(CodeCost.self, from: Data(old.utf8))
        #expect(read.longWaits == 2 && read.copyWaits == 0)
        #expect(try JSONDecoder().decode(CodeCost.self, from: Data(text.utf8)) == cost)
    }

    @Test("a program survives its bytes, which are always the same; other bytes are refused")
    func binary() throws {
        var cost = CodeCost()
        cost.instructions = [.single: 3, .globalLoad: 1]
        cost.longWaits = 0.5
        let facts = MachineFacts(
            files: ["k.cu"],
            pieces: [
                .init(place: CodePlace(line: SourceLine(file: "k.cu", line: 3), depth: 1), cost: cost, widths: .init()),
                .init(place: CodePlace(line: nil, depth: 0), cost: CodeCost(), widths: .init()),
            ])
        let binary = SimulatedBinary(
            ptx: ".version 8.5 // \u{e9}",
            kernels: [
                .init(
                    name: "f", registers: 40, staticSharedBytes: 128, spillBytes: 8, stackBytes: 16, machine: facts),
                .init(name: "g", registers: 0, staticSharedBytes: 0, spillBytes: nil, machine: nil),
            ])
        let bytes = try binary.encoded()
        #expect(try SimulatedBinary(bytes) == binary)
        #expect(try binary.encoded() == bytes)
        #expect(binary["g"]?.registers == 0 && binary["h"] == nil)
        #expect(throws: DeviceFailure.self) { try SimulatedBinary(Array("{}".utf8)) }
        #expect(throws: DeviceFailure.self) { try SimulatedBinary([]) }
    }
}

/// Predictions of kernels that NVRTC compiled.
@Suite(
    "Predictions of compiled kernels", .enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct PredictionTests {
    private static let extent = 128

    private static let source = """
        extern "C" __global__ void scattered(const float *a, const float *b, float *c, int n) {
            int row = threadIdx.x, column = blockIdx.x;
            float sum = 0.0f;
            for (int k = 0; k < n; ++k)
                sum += a[row * n + k] * b[k * n + column];
            c[row * n + column] = sum;
        }
        extern "C" __global__ void tiled(const float *a, const float *b, float *c, int n) {
            __shared__ float left[16][16], right[16][16];
            int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * 16 + y, column = blockIdx.x * 16 + x;
            float sum = 0.0f;
            for (int k = 0; k < n; k += 16) {
                left[y][x] = a[row * n + k + x];
                right[y][x] = b[(k + y) * n + column];
                __syncthreads();
                for (int i = 0; i < 16; ++i)
                    sum += left[y][i] * right[i][x];
                __syncthreads();
            }
            c[row * n + column] = sum;
        }
        extern "C" __global__ void clear(float *t) { t[threadIdx.x] = 0.0f; }
        """

    private static func launch(_ kernel: String) -> Solution.Launch {
        let side = extent / 16
        let isTiled = kernel == "tiled"
        return Solution.Launch(
            kernel: kernel, grid: isTiled ? [side, side] : [extent], block: isTiled ? [16, 16] : [extent],
            arguments: [.input("a"), .input("b"), .output("c"), .scalar(.int32, Double(extent))])
    }

    private static let prepare = Solution.Launch(
        kernel: "clear", phase: .prepare, grid: [1], block: [64], arguments: [.scratch("t")])

    private static func solution(_ launches: [Solution.Launch]) -> Solution {
        Solution(
            name: "test", workload: "", target: .init(language: .cuda, profile: "any"),
            sources: [.init(path: "product.cu", content: source)], scratch: [.init(name: "t", bytes: 256)],
            launches: launches, author: "test")
    }

    /// A device that runs few blocks to predict: tests are not optimized.
    private func device() throws -> SimulatedDevice {
        var device = try #require(try SimulatedDevice.named("sim:a6000", toolchain: Toolchain.installation))
        device.profiling.blocks = 4
        return device
    }

    /// Runs a plan once, predicts it, and hands both to a check.
    private func predict(
        _ launches: [Solution.Launch], prepare: Bool = true, withoutMachineCode: Bool = false
    ) throws -> (prediction: PlanPrediction, result: [Float]) {
        let (simulated, solution) = (try device(), Self.solution(launches))
        var binary = try simulated.compile(solution).binary
        if withoutMachineCode {
            var program = try SimulatedBinary(binary.bytes)
            for index in program.kernels.indices { program.kernels[index].machine = nil }
            binary.bytes = try program.encoded()
        }
        let count = Self.extent * Self.extent
        func memory(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
            let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
            memory.initialize(repeating: 1)
            return memory
        }
        let (a, b, c, t) = (memory(count), memory(count), memory(count), memory(64))
        defer { [a, b, c, t].forEach { $0.deallocate() } }
        let plan = try simulated.load(
            solution, binary,
            buffers: [
                .input("a"): UnsafeMutableRawBufferPointer(a), .input("b"): UnsafeMutableRawBufferPointer(b),
                .output("c"): UnsafeMutableRawBufferPointer(c), .scratch("t"): UnsafeMutableRawBufferPointer(t),
            ])
        try plan.run(count: 1, prepare: true)
        let prediction = try #require(try plan.predict(prepare: prepare))
        return (prediction, Array(c))
    }

    @Test("machine code is examined and kept beside the PTX")
    func facts() throws {
        let binary = try SimulatedBinary(try device().compile(Self.solution([Self.launch("tiled")])).binary.bytes)
        #expect(binary.kernels.map(\.name) == ["scattered", "tiled", "clear"])
        let kernel = try #require(binary["tiled"])
        #expect(kernel.registers > 8 && kernel.staticSharedBytes == 2048 && kernel.spillBytes == 0)
        let facts = try #require(kernel.machine)
        #expect(facts.files == ["product.cu"])
        let product = facts.pieces.filter { $0.place.line == SourceLine(file: "product.cu", line: 17) }
        #expect(product.reduce(0) { $0 + $1.cost.instructions[.single] } >= 16)
        #expect(facts.pieces.reduce(0) { $0 + $1.cost.exposedPhases } >= 1)
    }

    @Test("tiles are predicted faster than scattered loads, and results stay")
    func order() throws {
        let (tiled, scattered) = (
            try predict([Self.launch("tiled")]), try predict([Self.launch("scattered")])
        )
        #expect(tiled.prediction.predictedSeconds < scattered.prediction.predictedSeconds)
        for (prediction, result) in [tiled, scattered] {
            #expect(result.allSatisfy { $0 == Float(Self.extent) })
            let launch = try #require(prediction.launches.first)
            #expect(launch.source == "sass" && prediction.device == "sim:a6000")
            #expect(launch.predictedSeconds == prediction.predictedSeconds)
            #expect(launch.coverage > 0 && launch.coverage < 0.1 && launch.registers > 8)
            #expect((0...1).contains(launch.occupancy) && !launch.limiter.isEmpty && !launch.evidence.isEmpty)
            let counted = launch.regions.first?.counters?.map(\.name)
            #expect(counted?.contains("instructions") == true)
            #expect(prediction.bottleneck.contains("product.cu:") && prediction.bottleneck.contains(launch.limit))
            let rate = GPUModel.a6000.memory.dramBytesPerSecond
            #expect(launch.predictedSeconds >= Double(3 * 4 * Self.extent * Self.extent) / rate)
        }
    }

    @Test("without machine code the PTX has to do, and says so")
    func intermediateCode() throws {
        let prediction = try predict([Self.launch("tiled")], withoutMachineCode: true).prediction
        #expect(prediction.launches.map(\.source) == ["ptx"])
        #expect(prediction.predictedSeconds > 0)
    }

    @Test("phase prepare counts if it is asked for")
    func phases() throws {
        let launches = [Self.prepare, Self.launch("tiled")]
        let (with, without) = (
            try predict(launches).prediction, try predict(launches, prepare: false).prediction
        )
        #expect(with.launches.map(\.kernel) == ["clear", "tiled"] && without.launches.map(\.kernel) == ["tiled"])
        #expect(with.predictedSeconds > without.predictedSeconds)
    }
}
