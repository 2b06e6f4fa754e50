import Foundation
import KernelIR

/// The whole lines of a record.
///
/// Only the last line can be torn, since every line was on disk before the next began; it is left out. A damaged line
/// before it is an error.
public struct WholeLines<Line: Decodable> {
    public private(set) var lines: [Line] = []
    /// Bytes up to the end of the last whole line.
    public private(set) var validBytes = 0

    /// - Parameter place: the file's name for errors.
    public init(_ data: Data, place: String) throws(KernelwrightError) {
        var start = data.startIndex
        while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let next = data.index(after: end)
            lines.append(try Self.line(data[start..<end], number: lines.count + 1, place: place))
            validBytes += next - start
            start = next
        }
    }

    private static func line(_ data: Data, number: Int, place: String) throws(KernelwrightError) -> Line {
        do {
            return try JSONDecoder().decode(Line.self, from: data)
        } catch {
            throw KernelwrightError(
                .badInput, "\(place):\(number): the line is damaged",
                hint: "choose another folder, or delete the file to start over", cause: "\(error)")
        }
    }
}
