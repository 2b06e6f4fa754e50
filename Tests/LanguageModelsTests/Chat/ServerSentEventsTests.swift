import Foundation
import Testing

@testable import LanguageModels

@Suite struct ServerSentEventsTests {
    private func events(_ text: String, cutEvery size: Int) -> [String] {
        var (parser, found) = (ServerSentEvents(), [String]())
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            found += parser.take(Data(bytes[start..<min(start + size, bytes.count)]))
        }
        if let last = parser.finish() { found.append(last) }
        return found
    }

    @Test(arguments: ["\n", "\r", "\r\n"], [1, 2, 3, 7, 1000])
    func findsEventsHoweverTheyAreCut(lineEnd: String, size: Int) {
        let lines = [
            ": a comment", "event: message", "data: {\"α\":1}", "", "data:second", "data:  third", "", "id: 7", "",
            "data: last",
        ]
        let text = lines.joined(separator: lineEnd)
        #expect(events(text, cutEvery: size) == ["{\"α\":1}", "second\n third", "last"])
    }

    @Test func anEmptyStreamHasNoEvents() {
        #expect(events("", cutEvery: 1).isEmpty)
        #expect(events("\n\n\n", cutEvery: 1).isEmpty)
    }
}
