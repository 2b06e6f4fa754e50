import Devices
import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Testing
import Workers
import Workloads

@testable import LanguageModels

/// A model that answers with known kernels, judged on a device: a compile error, wrong values, a right kernel, a faster one.
@Suite("Scripted trajectories on devices", .serialized) struct ScriptedTrajectoryTests {
    /// What differs between the devices.
    struct Place: Sendable {
        var device: String
        var elements: Int
        var language: Solution.Target.Language
        var toolchain: String?

        static let openCL = Place(device: "opencl:0", elements: 1 << 21, language: .opencl)
        static let simulated = Place(
            device: "sim:a100", elements: 1 << 14, language: .cuda,
            toolchain: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".kernelwright/cuda")
                .path)

        /// The device; nil where its driver or compiler is not here.
        var opened: (any Device)? { try? DeviceCatalog(toolchain: toolchain).device(named: device) }

        var isAvailable: Bool { opened != nil && (try? host()) != nil }

        func host() throws -> WorkerHost {
            let device = try DeviceCatalog(toolchain: toolchain).device(named: device)
            var configuration = WorkerConfiguration(
                device: device.id, executable: WorkerConfiguration.executableBesideThis())
            configuration.toolchain = toolchain
            return try WorkerHost(limits: device.limits, language: device.language, configuration: configuration)
        }

        private var kernel: (head: String, index: String) {
            switch language {
            case .opencl: ("__kernel void negate(__global const float *x, __global float *y)", "get_global_id(0)")
            case .cuda:
                (
                    "extern \"C\" __global__ void negate(const float *x, float *y)",
                    "blockIdx.x * blockDim.x + threadIdx.x"
                )
            }
        }

        func source(grid: Int, block: Int, _ body: String) -> String {
            """
            // kw: launch negate grid=\(grid) block=\(block) args=x,y
            \(kernel.head) {
                const int i = \(kernel.index);
                \(body)
            }

            """
        }

        /// The kernels in the order in which the model answers with them.
        var sources: [String] {
            let columns = 1024
            // One work-item walks down columns.
            let slow = """
                for (int c = 0; c < \(columns); c++)
                        for (int r = 0; r < \(elements / columns); r++) y[r * \(columns) + c] = -x[r * \(columns) + c] + 0 * i;
                """
            return [
                source(grid: elements / 64, block: 64, "y[i] = ;"),
                source(grid: elements / 64, block: 64, "y[i] = x[i];"),
                source(grid: 1, block: 1, slow),
                source(grid: elements / 64, block: 64, "y[i] = -x[i];"),
            ]
        }

        var workload: Workload {
            let x = TensorSpec(name: "x", dtype: .float32, shape: [elements])
            let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [x.type])
            return Workload(name: "negate", inputs: [x], nodes: [node], outputs: ["y"])
        }

        var program: TensorProgram {
            TensorProgram(
                name: "negate",
                buffers: [Buffer("x", shape: [elements], role: .input), Buffer("y", shape: [elements], role: .output)],
                stages: [
                    .map("negate", [Axis("i", elements)], [.unary(.negate, .load("x", [.axis("i")]))], into: ["y"])
                ])
        }
    }

    @Test("a compile error, wrong values, right, faster: on a CPU", .enabled(if: Place.openCL.isAvailable))
    func measured() async throws {
        let record = try await run(.openCL)
        try check(record)
        // Without a baseline a right kernel scores 0.3, whatever it takes.
        #expect(record.turns.map(\.turn.score) == [0, 0, 0.3, 0.3])
        let returns = try #require(record.end?.returns?.first)
        // 0.3 · (1 + 0.4), once more discounted for each turn before.
        let byHand = [0.16 * 0.42, 0.4 * 0.42, 0.42, 0.3]
        #expect(zip(returns, byHand).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test("the same on a simulated GPU, by predicted times", .enabled(if: Place.simulated.isAvailable))
    func predicted() async throws {
        let record = try await run(.simulated)
        try check(record)
        let verdicts = record.turns.map(\.turn.verdict)
        #expect(verdicts.allSatisfy { $0.timing?.predicted ?? true })
        // Ratios are to the third kernel, which is the basis here.
        let slow = try #require(verdicts[2].prediction?.predictedSeconds)
        let fast = try #require(verdicts[3].prediction?.predictedSeconds)
        let scores = record.turns.map(\.turn.score)
        #expect(scores[0] == 0 && scores[1] == 0)
        #expect(abs(scores[2] - 1.3) < 1e-9)
        #expect(abs(scores[3] - (0.3 + slow / fast)) < 1e-9)
        let returns = try #require(record.end?.returns?.first)
        #expect(abs(returns[0] - 0.16 * (scores[2] + 0.4 * scores[3])) < 1e-9)
    }

    private func check(_ record: RecordContents) throws {
        let turns = record.turns.map(\.turn)
        #expect(turns.map(\.verdict.status) == [.compileError, .wrongValues, .correct, .correct])
        let times = turns.compactMap(\.verdict.medianSeconds)
        #expect(times.count == 2 && times[1] < times[0])
        #expect(record.winner?.index == 3)
        #expect(turns.allSatisfy { $0.proposal.consultation != nil })
    }

    /// Four turns of a model that says what the script says.
    private func run(_ place: Place) async throws -> RecordContents {
        let device = try #require(place.opened)
        let fence = place.language == .opencl ? "opencl" : "cuda"
        let transport = ScriptedTransport(place.sources.map { .whole("A kernel.\n```\(fence)\n\($0)```\n") })
        let client = ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"), transport: transport,
            settings: ChatClient.Settings(model: "script", maxTokens: 500),
            ledger: TokenLedger(budget: nil, spent: TokenUse()), waiting: WaitLog().waiting, jitter: { 0 })
        let policy = ChatPolicy(
            client: client, settings: ChatPolicy.Settings(mode: .source, language: place.language),
            ceilings: Sample.ceilings, isPredicted: device.isPredicted)
        let settings = RunSettings(
            workload: "negate.json", workloadHash: place.workload.contentHash, device: device.id, policy: "chat",
            turns: 4, budgetSeconds: 1e9, seed: 7, convergence: Convergence(patience: 100), author: "script")
        let session = try await session(place, device)
        let builder = CandidateBuilder(
            program: place.program, workloadHash: place.workload.contentHash, author: policy.name,
            renderer: place.language == .opencl ? .openCL(device.profile) : .cuda(device.profile))
        let loop = RefinementLoop(
            policy: policy, builder: builder, judge: Judge(session: session), settings: settings, provenance: .test)
        let folder = try TemporaryFolder()
        let file = try TrajectoryFile(path: folder.path("trajectory.jsonl"), header: RecordHeader(settings: settings))
        let observation = Observation(
            workload: place.workload, program: place.program, target: device.profile, seed: 7)
        let record = try await loop.run(observation, into: file, inputSeed: Seed(5))
        await session.close()
        return record
    }

    private func session(_ place: Place, _ device: any Device) async throws -> JudgingSession {
        let wait = Duration.seconds(120)
        var setting = JudgingSession.Setting(
            workload: place.workload, host: try place.host(),
            inputs: ReferenceInputs(place.workload, seed: Seed(3)), provenance: .test, target: device.profile,
            ceilings: device.isPredicted ? try device.measureCeilings() : nil,
            limits: Limits(compile: wait, start: wait, firstRun: wait, run: wait))
        if device.isPredicted {
            setting.isPredicted = true
            setting.basis = PredictionBasis(
                name: "third",
                solution: try AnnotatedKernel(source: place.sources[2], path: "third.cu").solution(
                    for: place.workload, profile: device.profile))
        }
        return try await JudgingSession(setting)
    }
}

/// A session as the loop wants it.
private struct Judge: Certifying {
    let session: JudgingSession

    func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
        try await session.judge(solution, effort: effort)
    }

    func certify(_ solution: Solution) async throws -> Verdict { try await session.certify(solution) }
}
