import KernelIR

/// Why a request brought no answer.
enum ChatFailure: Error, Sendable, Hashable {
    /// The endpoint answered with another status than success.
    case refused(status: Int, message: String, retryAfter: Double?)
    /// The connection ended before the answer did.
    case truncated
    /// What came is not what the protocol says.
    case malformed(String)
    /// The endpoint reported an error in place of the rest of an answer.
    case failed(String)
    case transport(TransportFailure)

    /// Whether the same request may well succeed later.
    var isPassing: Bool {
        switch self {
        case .refused(let status, _, _): [408, 425, 429, 500, 502, 503, 504, 529].contains(status)
        case .truncated, .malformed, .failed: true
        case .transport(let failure): failure.kind != .tooLarge
        }
    }

    /// The text of a refusal for a request that the endpoint finds wrong.
    var complaint: String? {
        if case .refused(let status, let message, _) = self, [400, 422, 501].contains(status) { message } else { nil }
    }

    /// How long the endpoint asks to wait, in seconds.
    var retryAfter: Double? { if case .refused(_, _, let seconds) = self { seconds } else { nil } }

    /// Whether nothing can have been generated for the request.
    var isFree: Bool {
        switch self {
        case .refused(let status, _, _): Self.asksNoModel(status)
        case .truncated, .malformed, .failed: false
        case .transport(let failure): failure.kind == .unreachable
        }
    }

    /// Whether an endpoint that refuses with a status has asked no model.
    ///
    /// One that waited in vain for the model behind it (408, 504), that got a bad answer from there (502) or that broke
    /// (500, and whatever else is not known) may have left it at work.
    private static func asksNoModel(_ status: Int) -> Bool {
        status < 500 ? status != 408 : [501, 503, 529].contains(status)
    }

    /// One line.
    var message: String {
        switch self {
        case .refused(let status, let message, _): "status \(status)" + (message.isEmpty ? "" : ": \(message)")
        case .truncated: "the answer broke off"
        case .malformed(let what): what
        case .failed(let message): "the endpoint failed: \(message)"
        case .transport(let failure): failure.message
        }
    }

    /// The failure as the end of a session.
    func error(at endpoint: Endpoint, requests: Int) -> KernelwrightError {
        let count = requests == 1 ? "one request" : "\(requests) requests"
        var error = KernelwrightError(.missingComponent, "\(endpoint) gave no answer to \(count): \(message)")
        switch self {
        case .refused(let status, _, _) where [401, 403].contains(status):
            error.hint = "set \(APIKey.usualVariable), or the variable that --key-variable names, to a valid key"
        case .refused(let status, _, _) where (300..<400).contains(status):
            error.hint = "redirects are not followed, since the key would go with them: name the address itself"
        case .refused(let status, let message, _)
        where [400, 413, 422].contains(status) && message.lowercased().contains("context"):
            error.code = .badInput
            error.hint =
                "the model's context holds less: repeat the command with lower --context-tokens or --max-tokens"
        case .refused(let status, _, _) where (400..<500).contains(status) && !isPassing:
            error.code = .badInput
            error.hint = "check --endpoint and --model"
        default:
            error.hint = "the run goes on with the same options and --out once the endpoint answers"
        }
        return error
    }
}
