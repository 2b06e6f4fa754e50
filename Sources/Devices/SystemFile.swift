import Glibc

/// Reads files that the kernel makes up (`/proc`, `/sys`), whose size is unknown and which come in short pieces.
public enum SystemFile {
    /// The whole text, nil when the file cannot be opened.
    public static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count <= 0 { break }
            bytes += chunk.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
