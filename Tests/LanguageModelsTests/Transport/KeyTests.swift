import KernelIR
import Testing

@testable import LanguageModels

@Suite struct KeyTests {
    private static let secret = "sk-abc/DEF+123_456=="

    private func key(_ value: String = Self.secret) throws -> APIKey {
        try #require(try APIKey(in: [APIKey.usualVariable: value]))
    }

    @Test func isNeverShown() throws {
        let key = try key()
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\(Optional(key) as Any)", "\([key])"] {
            #expect(!text.contains("abc"), "\(text)")
        }
        #expect(key.authorization == "Bearer " + Self.secret)
    }

    @Test func aVariableThatIsNotSetIsNoKey() throws {
        #expect(try APIKey(in: [:]) == nil)
        #expect(try APIKey(in: [APIKey.usualVariable: ""]) == nil)
        #expect(try APIKey(variable: "OTHER", in: [APIKey.usualVariable: Self.secret]) == nil)
    }

    @Test(arguments: ["short", "with space in it", "line\nbreak-line", "quote\"quote", "umlautä-umlaut"])
    func whatNoHeaderHoldsIsRefusedUnseen(value: String) {
        let error = #expect(throws: KernelwrightError.self) { try APIKey(in: [APIKey.usualVariable: value]) }
        #expect(error?.description.contains(value) == false)
    }

    @Test(arguments: [1, 2, 3, 5, 8, 100])
    func isTakenOutHoweverTheStreamIsCut(size: Int) throws {
        let escaped = Self.secret.split(separator: "/").joined(separator: #"\/"#)
        let text =
            "you sent \(Self.secret)\(Self.secret), or \(escaped); sk-abc is harmless, and so is the end sk-abc/DE"
        var redactor = try key().redactor
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            result += redactor.redact(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        result += redactor.finish()
        let expected = "you sent [key][key], or [key]; sk-abc is harmless, and so is the end sk-abc/DE"
        #expect(String(decoding: result, as: UTF8.self) == expected)
        #expect(try key().redacted(text) == expected)
    }

    /// Nobody waits for the rest of an event because its end might be a key.
    @Test func nothingIsHeldBackThatIsNoBeginningOfTheKey() throws {
        var redactor = try key().redactor
        let end = Array("data: [DONE]\n\n".utf8)
        let known = redactor.redact(end)
        #expect(known == end)
    }
}

@Suite struct EndpointTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions", false),
        ("http://localhost:8080/v1/", "http://localhost:8080/v1/chat/completions", false),
        ("https://api.example.com/openai/v1", "https://api.example.com/openai/v1/chat/completions", false),
        ("http://10.0.0.7/v1/chat/completions", "http://10.0.0.7/v1/chat/completions", true),
        ("HTTP://models.lan", "http://models.lan/v1/chat/completions", true),
    ])
    func readsBaseAddresses(text: String, completions: String, isExposed: Bool) throws {
        let endpoint = try Endpoint(text)
        #expect(endpoint.description == completions)
        #expect(endpoint.isExposed == isExposed)
    }

    @Test(arguments: [
        "", "127.0.0.1:8080", "ftp://host", "http://", "https://me:hunter22@host/v1", "https://host/v1?key=hunter22",
        "https://hunter22@host", "https://host/#hunter22",
    ])
    func refusesWhatIsNoneOrHoldsASecretUnseen(text: String) {
        let error = #expect(throws: KernelwrightError.self) { try Endpoint(text) }
        #expect(error?.code == .usage)
        #expect(error?.description.contains("hunter22") == false)
    }
}

@Suite struct OneLineTests {
    @Test func whatOthersWroteCannotMoveTheCursor() {
        #expect("a\u{1B}[2Jb\r\nc\u{202E}d  e".oneLine == "a [2Jb c d e")
        #expect(String(repeating: "x", count: 400).oneLine.count == 300)
    }
}
