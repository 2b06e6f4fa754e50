import Crypto
import Rendering

extension Solution {
    /// SHA-256 of what is judged, in hexadecimal: everything but name and author.
    public var contentHash: String {
        var bare = self
        (bare.name, bare.author) = ("", "")
        guard let json = try? JSONText.data(bare) else { preconditionFailure("every solution has a JSON form") }
        return SHA256.hash(data: json).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
