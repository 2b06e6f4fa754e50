import ArgumentParser
import KernelIR
import LanguageModels

extension AnswerMode: ExpressibleByArgument {}

/// How a language model is asked; the options of `--policy chat`.
struct ChatOptions: ParsableArguments {
    @Option(help: "chat: the base address of an OpenAI-compatible server, e.g. http://127.0.0.1:8080/v1.")
    var endpoint: String?
    @Option(help: "chat: the model's name at the endpoint.")
    var model: String?
    @Option(help: "chat: what the model writes: source (a kernel with its launch plan) or schedule (actions).")
    var answer = AnswerMode.source
    @Option(help: "chat: the most tokens of an answer, thinking included.")
    var maxTokens = 8192
    @Option(
        help: """
            chat: about how many tokens a prompt may take; the least useful turns are left out first. The model's \
            context must hold a prompt and an answer.
            """)
    var contextTokens = 16384
    @Option(help: "chat: the most tokens of the run, prompts and answers together; never exceeded (default: none).")
    var budgetTokens: Int?
    @Option(help: "chat: how much chance there is in answers (default: the endpoint's own choice).")
    var temperature: Double?
    @Option(help: "chat: the price of a million tokens of prompts, for the record.")
    var priceIn: Double?
    @Option(help: "chat: the price of a million tokens of answers, for the record.")
    var priceOut: Double?
    @Option(help: "chat: the longest time for one answer: 30s, 10m.", transform: Budget.init(argument:))
    var answerTimeout = Budget(seconds: 600)
    @Option(help: "chat: the environment variable that holds the key, where the endpoint wants one.")
    var keyVariable = APIKey.usualVariable

    func validate() throws {
        for (name, value) in [("max-tokens", maxTokens), ("context-tokens", contextTokens)]
        where !(1...16_777_216).contains(value) {
            throw ValidationError("--\(name) is \(value); it must be from 1 to 16777216")
        }
        if let budgetTokens, budgetTokens < 1 {
            throw ValidationError("--budget-tokens is \(budgetTokens); it must be 1 or more")
        }
        for (name, value) in [("temperature", temperature), ("price-in", priceIn), ("price-out", priceOut)] {
            guard let value, !(value >= 0 && value.isFinite) else { continue }
            throw ValidationError("--\(name) is \(value); it must be 0 or more")
        }
    }

    /// Checks the options against the policy; throws a usage error where they do not fit.
    ///
    /// - Parameter unsandboxed: whether kernels are to run without bubblewrap.
    func check(_ policy: PolicyName, unsandboxed: Bool) throws {
        let given = [("endpoint", endpoint != nil), ("model", model != nil)]
        for (name, isGiven) in given where isGiven != (policy == .chat) {
            throw ValidationError(
                isGiven
                    ? "--\(name) is for --policy chat, not \(policy.rawValue)"
                    : "--policy chat needs --\(name); e.g. --endpoint http://127.0.0.1:8080/v1 --model NAME")
        }
        guard let endpoint else { return }
        guard !unsandboxed else {
            throw ValidationError(
                "--unsandboxed is for the built-in author's kernels; a model's run in the sandbox only")
        }
        do {
            _ = try Endpoint(endpoint)
        } catch {
            throw ValidationError("--endpoint: \(error)")
        }
    }

    /// The price list, where any price is given.
    var price: TokenPrice? {
        guard priceIn != nil || priceOut != nil else { return nil }
        return TokenPrice(promptMillion: priceIn ?? 0, completionMillion: priceOut ?? 0)
    }

    /// Who is asked, and for what, for the settings of a run.
    ///
    /// Limits of tokens are not part of it: turns that are finished do not depend on them, and where a model's context
    /// turns out to be smaller, the run goes on with lower ones.
    func author(at endpoint: Endpoint) -> String {
        let parts = [
            "\(model ?? "") at \(endpoint)", "\(answer.rawValue) answers", temperature.map { "temperature \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
