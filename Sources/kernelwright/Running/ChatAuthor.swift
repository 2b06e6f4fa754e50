import Foundation
import LanguageModels
import Policies
import Refinement

/// A language model with everything that a run asks it through: key, transport, record, ledger.
struct ChatAuthor {
    let policy: any Policy

    /// Opens the run's record of exchanges, and goes on where its earlier sessions stopped.
    ///
    /// The key is taken out of this process' environment.
    ///
    /// - Throws: `usage` for the endpoint, `badInput` for the key or a record that is damaged or in use.
    init(
        _ options: ChatOptions, folder: RunFolder, target: RecordedTarget, console: Console,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        let endpoint = try Endpoint(options.endpoint ?? "")
        let key = try APIKey(variable: options.keyVariable, in: environment)
        SecretVariable.forget(options.keyVariable)
        if key != nil, endpoint.isExposed {
            console.say("note: the key goes to \(endpoint) without encryption")
        }
        let file = try ExchangeFile(path: folder.exchanges.path)
        let sessions = EarlierSessions(file.contents, finished: try folder.record()?.finishedTurns ?? [])
        let recording = RecordingTransport(FoundationTransport(key: key), key: key) { try await file.append($0) }
        let ledger = TokenLedger(budget: options.budgetTokens, spent: sessions.spent, pending: sessions.pending)
        policy = ChatPolicy(
            options, at: endpoint, through: ReplayTransport(resuming: sessions, next: recording, ledger: ledger),
            ledger: ledger, shown: target, note: { console.say("note: \($0)") })
    }
}

extension ChatPolicy {
    /// The model as the options ask it.
    ///
    /// - Parameters:
    ///   - ledger: knows what earlier sessions took.
    ///   - target: what it is shown of the device.
    ///   - note: told why there is no answer yet.
    init(
        _ options: ChatOptions, at endpoint: Endpoint, through transport: any Transport, ledger: TokenLedger,
        shown target: RecordedTarget, waiting: Waiting = .system,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let client = ChatClient(
            endpoint: endpoint, transport: transport,
            settings: ChatClient.Settings(
                model: options.model ?? "", temperature: options.temperature, maxTokens: options.maxTokens,
                idleSeconds: min(300, options.answerTimeout.seconds), totalSeconds: options.answerTimeout.seconds),
            ledger: ledger, waiting: waiting, note: note)
        let settings = ChatPolicy.Settings(
            mode: options.answer, language: target.language, contextTokens: options.contextTokens,
            price: options.price)
        self.init(client: client, settings: settings, ceilings: target.ceilings, isPredicted: target.isPredicted)
    }
}
