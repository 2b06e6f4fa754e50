import Devices
import Foundation
import KernelIR
import LanguageModels
import Policies
import Refinement
import Rendering

/// A language model with everything that a run asks it through: key, transport, record, ledger.
struct ChatAuthor {
    let policy: any Policy
    /// What of the options decides a run.
    let description: String

    /// Opens the run's record of exchanges, and goes on where its earlier sessions stopped.
    ///
    /// The key is taken out of this process' environment.
    ///
    /// - Throws: `usage` for the endpoint, `badInput` for the key or a record that is damaged or in use.
    init(
        _ options: ChatOptions, folder: RunFolder, language: Solution.Target.Language, ceilings: Ceilings,
        isPredicted: Bool, console: Console, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        let endpoint = try Endpoint(options.endpoint ?? "")
        let key = try APIKey(variable: options.keyVariable, in: environment)
        SecretVariable.forget(options.keyVariable)
        if key != nil, endpoint.isExposed {
            console.say("note: the key goes to \(endpoint) without encryption")
        }
        let file = try ExchangeFile(path: folder.exchanges.path)
        let sessions = EarlierSessions(file.contents, finished: try folder.finishedTurns())
        let recording = RecordingTransport(FoundationTransport(key: key), key: key) { try await file.append($0) }
        let ledger = TokenLedger(budget: options.budgetTokens, spent: sessions.spent, pending: sessions.pending)
        let client = ChatClient(
            endpoint: endpoint, transport: ReplayTransport(resuming: sessions, next: recording, ledger: ledger),
            settings: ChatClient.Settings(
                model: options.model ?? "", temperature: options.temperature, maxTokens: options.maxTokens,
                idleSeconds: min(300, options.answerTimeout.seconds), totalSeconds: options.answerTimeout.seconds),
            ledger: ledger)
        let settings = ChatPolicy.Settings(
            mode: options.answer, language: language, contextTokens: options.contextTokens, price: options.price)
        policy = ChatPolicy(client: client, settings: settings, ceilings: ceilings, isPredicted: isPredicted)
        description = options.author(at: endpoint)
    }
}

extension RunFolder {
    /// How many turns each trajectory has finished in earlier sessions; throws `badInput` for a damaged record.
    fileprivate func finishedTurns() throws(KernelwrightError) -> [Int] {
        guard let data = FileManager.default.contents(atPath: trajectory.path),
            let record = try RecordContents(data, place: trajectory.path)
        else { return [] }
        return (0..<record.header.settings.trajectories).map { record.history(of: $0).count }
    }
}
