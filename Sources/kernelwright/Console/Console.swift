import Foundation
import Synchronization

/// Where a command writes: results to standard output, everything else to standard error.
final class Console: Sendable {
    /// Whether somebody watches standard error on a terminal.
    let isTerminal: Bool
    /// Whether progress is kept from standard error.
    private let isSilent: Bool
    /// Whether the next message replaces a line.
    private let pending = Mutex(false)

    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1, isSilent: Bool = false) {
        self.isTerminal = isTerminal && !isSilent
        self.isSilent = isSilent
    }

    /// Writes a result.
    func result(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    /// Writes one line of progress.
    func say(_ line: String) {
        guard !isSilent else { return }
        pending.withLock { pending in
            write((pending ? "\r\u{1B}[K" : "") + line + "\n")
            pending = false
        }
    }

    /// Shows what is going on until the next line; on a terminal only.
    func working(_ line: String) {
        guard isTerminal else { return }
        pending.withLock { pending in
            write("\r\u{1B}[K" + String(line.prefix(Self.width - 1)))
            pending = true
        }
    }

    /// Takes back the line that `working` shows.
    func clear() {
        pending.withLock { pending in
            if pending { write("\r\u{1B}[K") }
            pending = false
        }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Columns of the terminal, 80 if it does not tell.
    static var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}

extension Console {
    /// Writes a value as one JSON object or array.
    func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
