import Foundation

/// Writes files of any size, piece by piece.
///
/// One write(2) takes at most 2 GiB − 4 KiB; Foundation's `Data.write` on Linux goes on from the first byte again then.
public enum LargeFile {
    /// Writes a new file, or one in place of another; not atomic. Throws what Foundation throws.
    public static func write(_ data: Data, to file: URL, pieceBytes: Int = 1 << 28) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var begin = data.startIndex
        while begin < data.endIndex {
            let end = min(begin + pieceBytes, data.endIndex)
            try handle.write(contentsOf: data[begin..<end])
            begin = end
        }
    }
}
