import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Workloads

@testable import LanguageModels

/// A run with a language model as its author, whose record and exchanges lie in a folder.
struct ChatRun {
    let folder: TemporaryFolder
    var mode = AnswerMode.source
    var budget: Int?
    var maxTokens = 500
    var interruption = Interruption()
    var settings = RunSettings(
        workload: "negate.json", workloadHash: Sample.workload.contentHash, device: "test:0", policy: "chat", turns: 4,
        budgetSeconds: 60, seed: 7, convergence: Convergence(patience: 100), author: "m at http://127.0.0.1:1")

    init() throws { folder = try TemporaryFolder() }

    var trajectory: String { folder.path("trajectory.jsonl") }
    var exchanges: String { folder.path("exchanges.jsonl") }

    /// - Parameter ledger: nil for one of its own.
    func policy(_ transport: any Transport, ledger: TokenLedger? = nil) throws -> ChatPolicy {
        let client = ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"), transport: transport,
            settings: ChatClient.Settings(model: "m", maxTokens: maxTokens, backoff: Backoff(attempts: 2)),
            ledger: ledger ?? TokenLedger(budget: budget), waiting: WaitLog().waiting, jitter: { 0 })
        let settings = ChatPolicy.Settings(
            mode: mode, contextTokens: 8192, price: TokenPrice(promptMillion: 1000, completionMillion: 10_000))
        return ChatPolicy(client: client, settings: settings, ceilings: Sample.ceilings)
    }

    /// Runs as the command does: answers of earlier sessions first, then the transport, every exchange recorded.
    func run(_ transport: any Transport, _ judge: any Certifying) async throws -> RecordContents {
        let file = try ExchangeFile(path: exchanges)
        let record = try FileManager.default.contents(atPath: trajectory).flatMap {
            try RecordContents($0, place: trajectory)
        }
        let finished = (0..<settings.trajectories).map { record?.history(of: $0).count ?? 0 }
        let sessions = EarlierSessions(file.contents, finished: finished)
        let recording = RecordingTransport(transport) { try await file.append($0) }
        let ledger = TokenLedger(budget: budget, spent: sessions.spent, pending: sessions.pending)
        let policy = try policy(ReplayTransport(resuming: sessions, next: recording, ledger: ledger), ledger: ledger)
        return try await run(policy, judge, into: trajectory)
    }

    /// Runs a policy; the record goes to a file.
    ///
    /// - Parameter original: the record that is to be repeated.
    func run(
        _ policy: any Policy, _ judge: any Certifying, into path: String, replaying original: RecordContents? = nil
    ) async throws -> RecordContents {
        let builder = CandidateBuilder(
            program: Sample.program, workloadHash: Sample.workload.contentHash, author: policy.name,
            renderer: .openCL(.genericAVX512))
        let loop = RefinementLoop(
            policy: policy, builder: builder, judge: judge, settings: settings, provenance: .test,
            time: MonotonicTime { .zero }, interruption: interruption, replaying: original)
        let file = try TrajectoryFile(path: path, header: RecordHeader(settings: settings))
        return try await loop.run(Sample.observation(), into: file, inputSeed: Seed(5))
    }

    /// The exchanges on disk, with a line for each beginning.
    func recorded() throws -> [Exchange] {
        let data = try Data(contentsOf: URL(fileURLWithPath: exchanges))
        return try WholeLines<Exchange>(data, place: exchanges).lines
    }
}
