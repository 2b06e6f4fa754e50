import Foundation
import KernelIR
import Policies

/// Asks a model, as often as it takes and the budget allows.
public struct ChatClient: Sendable {
    /// What requests have in common.
    public struct Settings: Sendable, Hashable {
        /// The model's name at the endpoint.
        public var model: String
        /// nil leaves it to the endpoint.
        public var temperature: Double?
        /// The most tokens of an answer, thinking included.
        public var maxTokens: Int
        /// The longest silence of the endpoint, and the longest time for an answer, in seconds.
        public var idleSeconds: Double
        public var totalSeconds: Double
        public var backoff: Backoff

        public init(
            model: String, temperature: Double? = nil, maxTokens: Int = 8192, idleSeconds: Double = 300,
            totalSeconds: Double = 600, backoff: Backoff = Backoff()
        ) {
            self.model = model
            self.temperature = temperature
            self.maxTokens = maxTokens
            self.idleSeconds = idleSeconds
            self.totalSeconds = totalSeconds
            self.backoff = backoff
        }
    }

    private let endpoint: Endpoint
    private let transport: any Transport
    private let ledger: TokenLedger
    private let waiting: Waiting
    private let jitter: @Sendable () -> Double
    private let note: @Sendable (String) -> Void
    public let settings: Settings

    /// - Parameters:
    ///   - ledger: keeps all requests within the budget.
    ///   - waiting: lets the time between two requests pass.
    ///   - jitter: random numbers in 0 ..< 1 for that time; nothing else depends on them.
    ///   - note: told before that time why there is no answer yet, in one line.
    public init(
        endpoint: Endpoint, transport: any Transport, settings: Settings, ledger: TokenLedger,
        waiting: Waiting = .system, jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.endpoint = endpoint
        self.transport = transport
        self.settings = settings
        self.ledger = ledger
        self.waiting = waiting
        self.jitter = jitter
        self.note = note
    }

    /// The model's answer to some messages.
    ///
    /// - Parameters:
    ///   - seed: drives the model's choices, where the endpoint takes one.
    ///   - trajectory: with `turn`, names the requests in records.
    /// - Throws: `OutOfBudget`, `CancellationError`, and `KernelwrightError` when there is no answer to be had.
    public func answer(
        to messages: [ChatMessage], seed: Int? = nil, trajectory: Int = 0, turn: Int = 0
    ) async throws -> ChatAnswer {
        var request = ChatRequest(
            model: settings.model, messages: messages, maxTokens: settings.maxTokens,
            temperature: settings.temperature, seed: seed)
        var form = RequestForm()
        var (requests, failures, used) = (0, 0, TokenUse())
        await ledger.begin(trajectory: trajectory, turn: turn)
        while true {
            let place = TransportRequest.Place(trajectory: trajectory, turn: turn, attempt: requests)
            let reservation = try await ledger.reserve(prompt: request.promptBound, completion: settings.maxTokens)
            request.maxTokens = reservation.completion
            requests += 1
            let outcome = try await settled(reservation) { try await self.send(request, form, place) }
            used = used + outcome.use
            switch outcome.result {
            case .success(let reply):
                return ChatAnswer(
                    content: reply.content, reasoning: reply.reasoning, isCutOff: reply.isCutOff, requests: requests,
                    tokens: used)
            case .failure(let failure):
                if let relaxed = failure.complaint.flatMap({ form.relaxed(after: $0) }) {
                    form = relaxed
                    continue
                }
                failures += 1
                let delay = settings.backoff.delay(after: failures, asked: failure.retryAfter, jitter: jitter())
                guard failure.isPassing, let delay else { throw failure.error(at: endpoint, requests: requests) }
                let count = "\(failures + 1) of \(settings.backoff.attempts)"
                note("\(failure.message); asking again in \(TargetTable.figure(delay)) s (\(count))")
                try await waiting(.seconds(delay))
            }
        }
    }

    /// What one request brought, and what it is charged.
    private struct Outcome {
        var result: Result<AnswerReader.Reply, ChatFailure>
        var use: TokenUse
    }

    /// Settles a reservation by what a request brought; by all of it where nobody knows.
    private func settled(
        _ reservation: TokenLedger.Reservation,
        _ send: () async throws -> Result<AnswerReader.Reply, ChatFailure>
    ) async throws -> Outcome {
        let result: Result<AnswerReader.Reply, ChatFailure>
        do {
            result = try await send()
        } catch {
            await ledger.settle(reservation, reservation.use)
            throw error
        }
        let use = reservation.charge(for: result)
        await ledger.settle(reservation, use)
        return Outcome(result: result, use: use)
    }

    private func send(
        _ request: ChatRequest, _ form: RequestForm, _ place: TransportRequest.Place
    ) async throws -> Result<AnswerReader.Reply, ChatFailure> {
        let carried = TransportRequest(
            place: place, url: endpoint.completions, body: try request.body(form), idleSeconds: settings.idleSeconds,
            totalSeconds: settings.totalSeconds, maximumBytes: Self.bytes(of: request.maxTokens))
        var reader = AnswerReader(maxTokens: request.maxTokens, streams: form.streams)
        do {
            try await transport.send(carried) { try reader.take($0) }
            return .success(try reader.reply())
        } catch {
            guard let result = reader.result(after: error) else { throw error }
            return result
        }
    }

    /// The most bytes of a response: events wrap a token in some hundreds of bytes.
    private static func bytes(of tokens: Int) -> Int { 1024 * min(tokens, 1 << 18) + (64 << 10) }
}
