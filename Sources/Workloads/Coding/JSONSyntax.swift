import Foundation

/// Finds where a text stops being JSON, which `JSONDecoder` does not tell on every platform.
enum JSONSyntax {
    /// The first fault with its place, e.g. `line 3, column 14: invalid value`; nil for well-formed JSON.
    static func fault(in json: Data) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
            return nil
        } catch {
            let text = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "invalid"
            guard let offset = text.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) }) else {
                return place(of: json.count, in: json) + ": the text ends too early"
            }
            return place(of: offset, in: json) + ": unexpected text"
        }
    }

    private static func place(of offset: Int, in json: Data) -> String {
        let before = json.prefix(offset)
        let line = before.filter { $0 == UInt8(ascii: "\n") }.count + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
        return "line \(line), column \(before.endIndex - start + 1)"
    }
}
