import Devices
import Evaluation
import KernelIR
import Policies
import Rendering

/// A language model as the author, asked once a turn through an OpenAI-compatible endpoint.
///
/// It keeps no state: a prompt is a function of the observation, and answers come through a transport that can be
/// replayed. An answer that cannot be read is a turn that failed, and the next prompt says why. After a kernel that is
/// correct and declares tunables, turns try their values before the model is asked again.
public struct ChatPolicy: Policy {
    /// How the model is asked.
    public struct Settings: Sendable, Hashable {
        public var mode: AnswerMode
        /// What sources are written in.
        public var language: Solution.Target.Language
        /// About how many tokens a prompt may take.
        public var contextTokens: Int
        public var price: TokenPrice?
        /// In source mode, the most turns that try values of one kernel's tunables; 0 for none.
        public var tuningTurns: Int

        public init(
            mode: AnswerMode = .source, language: Solution.Target.Language = .opencl, contextTokens: Int = 16384,
            price: TokenPrice? = nil, tuningTurns: Int = 8
        ) {
            self.mode = mode
            self.language = language
            self.contextTokens = contextTokens
            self.price = price
            self.tuningTurns = tuningTurns
        }
    }

    public let name = "chat"
    private let client: ChatClient
    private let settings: Settings
    private let ceilings: Ceilings?
    private let isPredicted: Bool

    /// - Parameters:
    ///   - ceilings: the device's best rates, for the prompt.
    ///   - isPredicted: whether these, and times, come from a model of the device.
    public init(client: ChatClient, settings: Settings = Settings(), ceilings: Ceilings?, isPredicted: Bool = false) {
        self.client = client
        self.settings = settings
        self.ceilings = ceilings
        self.isPredicted = isPredicted
    }

    public func propose(_ observation: Observation) async throws -> Proposal? {
        if let start = observation.untriedStart { return start }
        if let tuning = tuning(observation) { return tuning }
        let format = format(observation)
        let prompt = try Prompt(
            observation, format: format, ceilings: ceilings, isPredicted: isPredicted,
            contextTokens: settings.contextTokens)
        let answer = try await client.answer(
            to: prompt.messages, seed: Self.seed(observation), trajectory: observation.trajectory,
            turn: observation.history.count)
        let consultation = Consultation(
            model: client.settings.model, prompt: prompt.messages, answer: answer.content, reasoning: answer.reasoning,
            requests: answer.requests, tokens: answer.tokens, cost: settings.price?.cost(of: answer.tokens))
        return proposal(answer, format, consultation)
    }

    /// The next values of the last kernel's tunables; nil where the model is to be asked.
    private func tuning(_ observation: Observation) -> Proposal? {
        guard settings.mode == .source else { return nil }
        return TunableSearch(observation)?.next(observation, atMost: settings.tuningTurns)
    }

    private func proposal(
        _ answer: ChatAnswer, _ format: any AnswerFormat, _ consultation: Consultation
    ) -> Proposal {
        do {
            let (content, summary) = try format.proposal(in: answer.content)
            let rationale = summary.isEmpty ? "without a word" : summary
            return Proposal(content, rationale: rationale, consultation: consultation)
        } catch {
            let limit = client.settings.maxTokens
            let cut = answer.isCutOff ? " (the answer was cut off at the limit of \(limit) tokens: be brief)" : ""
            return Proposal(
                .invalid(error.message + cut), rationale: "an answer that cannot be read", consultation: consultation)
        }
    }

    private func format(_ observation: Observation) -> any AnswerFormat {
        switch settings.mode {
        case .source:
            SourceFormat(
                observation.workload, profile: observation.target, language: settings.language, author: name)
        case .schedule: ScheduleFormat(observation)
        }
    }

    /// A number below 2³¹, which every server takes, for this place of the search.
    private static func seed(_ observation: Observation) -> Int {
        let place = UInt64(observation.trajectory) << 32 | UInt64(observation.history.count)
        var generator = SplitMix64(seed: observation.seed &+ place)
        return Int(generator.next() >> 33)
    }
}
