import KernelIR

/// The key that an endpoint asks for. It comes from the environment, goes into one header, and is shown nowhere.
public struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The environment variable that is read where no other is named.
    public static let usualVariable = "KERNELWRIGHT_API_KEY"

    private let secret: String

    /// Reads the key; nil where the variable is not set or empty.
    ///
    /// - Throws: `badInput` for a value that no header can hold, or too short to be told from ordinary text.
    public init?(variable: String = APIKey.usualVariable, in environment: [String: String]) throws(KernelwrightError) {
        guard let value = environment[variable], !value.isEmpty else { return nil }
        // The characters of RFC 6750, section 2.1.
        let isLegal = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-._~+/=".utf8.contains(byte)
            }
        }
        guard isLegal, value.utf8.count >= 8 else {
            throw KernelwrightError(
                .badInput, "\(variable) holds no key: eight or more letters, digits and -._~+/= are one",
                hint: "unset it where the endpoint wants none")
        }
        secret = value
    }

    public var description: String { "[key]" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// The value of the header `Authorization`; only a transport may ask.
    var authorization: String { "Bearer \(secret)" }

    /// Takes the key out of a response.
    var redactor: KeyRedactor {
        // JSON may write a slash with a backslash before it.
        KeyRedactor([secret, secret.split(separator: "/", omittingEmptySubsequences: false).joined(separator: #"\/"#)])
    }

    /// Whether a text holds the key, also behind the escapes of JSON, of which a text in a text has several layers.
    func isIn(_ text: [UInt8]) -> Bool {
        let key = Array(secret.utf8)
        var text = text
        for _ in 0..<4 {
            if text.firstRange(of: key) != nil { return true }
            let plain = JSONEscapes.undone(text)
            guard plain.count < text.count else { return false }
            text = plain
        }
        return text.firstRange(of: key) != nil
    }

    /// A text without the key.
    func redacted(_ text: String) -> String {
        var redactor = redactor
        let bytes = redactor.redact(Array(text.utf8)) + redactor.finish()
        return String(decoding: bytes, as: UTF8.self)
    }
}
