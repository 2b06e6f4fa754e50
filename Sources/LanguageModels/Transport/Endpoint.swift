import Foundation
import KernelIR

/// Where an OpenAI-compatible server answers.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The address that completions are asked of, e.g. `http://127.0.0.1:8080/v1/chat/completions`.
    public let completions: URL
    /// Whether the connection is not encrypted and leaves this machine: a key would be sent in clear.
    public let isExposed: Bool

    /// Reads the base address, e.g. `http://127.0.0.1:8080/v1`; without a path `/v1` is assumed.
    ///
    /// - Throws: `usage` for what is no http or https address, and for one that holds a user, a password or a query,
    ///   where people put keys. The text is not repeated: it may hold one.
    public init(_ text: String) throws(KernelwrightError) {
        let hint = "write the base address of the server, e.g. http://127.0.0.1:8080/v1"
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw KernelwrightError(.usage, "the endpoint is no http or https address", hint: hint) }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw KernelwrightError(
                .usage, "the endpoint's address holds more than a host, a port and a path",
                hint: "a key belongs into the environment variable \(APIKey.usualVariable)")
        }
        var path = parts.path
        while path.hasSuffix("/") { path.removeLast() }
        if !path.hasSuffix(Self.suffix) { path = (path.isEmpty ? "/v1" : path) + Self.suffix }
        parts.scheme = scheme
        parts.path = path
        guard let url = parts.url else {
            throw KernelwrightError(.usage, "the endpoint is no http or https address", hint: hint)
        }
        completions = url
        isExposed = scheme == "http" && !Self.isLocal(host)
    }

    private static let suffix = "/chat/completions"

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    public var description: String { completions.absoluteString }
}
